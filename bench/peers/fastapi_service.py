"""The peer of the mock's benchmark: the same two endpoints as a plain FastAPI service with asyncpg would have them.

    python fastapi_service.py load FILE      fills its tables: one JSON object a line, {"table", "key", "body"}
    uvicorn fastapi_service:app              serves; PEER_DATABASE_URL names the database
"""

import asyncio
import contextlib
import datetime
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from fastapi import FastAPI, Header, HTTPException, Query

TABLES = """
create table if not exists peer_posting (media_id text not null, body jsonb not null);
create index if not exists peer_posting_by_medium on peer_posting (media_id);
create table if not exists peer_application (created timestamptz not null, body jsonb not null);
create index if not exists peer_application_by_created on peer_application (created);
"""


async def speak_json(connection: asyncpg.Connection) -> None:
    # jsonb in binary begins with the number of its version
    await connection.set_type_codec(
        "jsonb", encoder=lambda value: b"\x01" + json.dumps(value).encode(), decoder=lambda sent: json.loads(sent[1:]),
        schema="pg_catalog", format="binary")


async def load(path: str) -> None:
    connection = await asyncpg.connect(os.environ["PEER_DATABASE_URL"])
    await speak_json(connection)
    await connection.execute(TABLES)
    rows: dict[str, list[Any]] = {"peer_posting": [], "peer_application": []}
    with open(path) as lines:
        for line in lines:
            record = json.loads(line)
            key = record["key"]
            if record["table"] == "peer_application":
                key = instant(key)
            rows[record["table"]].append((key, record["body"]))
    await connection.copy_records_to_table("peer_posting", records=rows["peer_posting"])
    await connection.copy_records_to_table("peer_application", records=rows["peer_application"])
    await connection.execute("analyze")
    await connection.close()


def instant(text: str) -> datetime.datetime:
    # seven digits are one too many for Python, and no zone means UTC
    whole, _, rest = text.removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{(rest + '000000')[:6]}+00:00")


@contextlib.asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    application.state.pool = await asyncpg.create_pool(
        os.environ["PEER_DATABASE_URL"], min_size=4, max_size=8, init=speak_json)
    yield
    await application.state.pool.close()


app = FastAPI(lifespan=lifespan)


def authorise(key: str | None) -> None:
    if not key:
        raise HTTPException(401)


@app.get("/v1/{customer}/postings/{media_id}")
async def postings(customer: str, media_id: str, x_api_key: str | None = Header(None)) -> list[dict[str, Any]]:
    authorise(x_api_key)
    rows = await app.state.pool.fetch("select body from peer_posting where media_id = $1", media_id)
    return [row["body"] for row in rows]


@app.get("/v1/{customer}/applications/find-by-date")
async def applications(
    customer: str, start: str = Query(alias="from"), end: str = Query(alias="to"),
    x_api_key: str | None = Header(None),
) -> list[dict[str, Any]]:
    authorise(x_api_key)
    rows = await app.state.pool.fetch(
        "select body from peer_application where created >= $1 and created < $2 order by created",
        instant(start), instant(end))
    return [row["body"] for row in rows]


if __name__ == "__main__":
    asyncio.run(load(sys.argv[2]))
