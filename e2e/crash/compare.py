"""Whether the store holds what the mock holds: all of it, once, as it came."""

import hashlib
import urllib.request
from collections import Counter
from collections.abc import Iterator

from crash import bookkeeping
from crash.bookkeeping import must_be_none
from crash.stage import CUSTOMER, KEY, MEDIA, Stage, Store
from toolbox.mock import Mock, elements, stored
from toolbox.programs import DIRECT, Failed

EVERYTHING = "applications/find-by-date?from=2000-01-01&to=2100-01-01"
HASH = "encode(sha256(convert_to(raw, 'UTF8')), 'hex')"
APPLICATIONS = f"SELECT id, {HASH}, removed_at IS NULL FROM application"
POSTINGS = f"SELECT vacancy_id, media_id, {HASH} FROM posting WHERE removed_at IS NULL"


def ask(world: Mock, path: str) -> Iterator[tuple[dict[str, str], str]]:
    request = urllib.request.Request(f"{world.url}/v1/{CUSTOMER}/{path}", headers={"x-api-key": KEY})
    try:
        with DIRECT.open(request, timeout=300) as answer:
            text = answer.read().decode()
    except OSError as problem:
        raise Failed(f"mock-api, asked for {path}: {problem}") from problem
    return elements(text)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hold(stage: Stage, store: Store, contents: bool = True) -> None:
    """Fails with what differs, or with what is wrong in the store's own account."""
    compare(stage, store, contents)
    bookkeeping.check(stage, store)


def compare(stage: Stage, store: Store, contents: bool = True) -> None:
    """Fails with what differs. Without `contents`, only whether all applications are there: those that were changed
    long after they came are not read again by every run."""
    wanted = [(record["id"], hashed(text)) for record, text in ask(stage.world, EVERYTHING)]
    found = [(row[0], row[1], row[2] == "t") for row in stage.server.sql(APPLICATIONS, store.name)]
    compare_applications(wanted, found, stage.deleted - store.deleted_before, contents)
    listed = Counter(
        (record["vacancyId"], medium, hashed(stored(text)))
        for medium in MEDIA for record, text in ask(stage.world, "postings/" + medium)
    )
    kept = Counter((row[0], row[1], row[2]) for row in stage.server.sql(POSTINGS, store.name))
    lost, unlisted = ([key[:2] for key in keys.elements()] for keys in (listed - kept, kept - listed))
    must_be_none("postings that are listed and not in the store as they came", lost)
    must_be_none("postings in the store that are not listed", unlisted)


def compare_applications(
    wanted: list[tuple[str, str]], found: list[tuple[str, str, bool]], deleted: int, contents: bool
) -> None:
    """`deleted`: how many the mock has deleted since the store was made, which it may still have."""
    source, stored = dict(wanted), {key: text for key, text, _ in found}
    live = {key for key, _, is_live in found if is_live}
    twice = [key for key, count in Counter(key for key, _, _ in found).items() if count > 1]
    must_be_none("applications twice in the store", twice)
    must_be_none("applications in the mock and not in the store", [key for key in source if key not in stored])
    must_be_none("applications in the mock, and gone in the store", [key for key in source if key not in live])
    if contents:
        changed = [key for key in source if source[key] != stored[key]]
        must_be_none("applications with another text than in the mock", changed)
    left = [key for key in live if key not in source]
    texts = set(source.values())
    must_be_none("applications in the store under a second id", [key for key in left if stored[key] in texts])
    if len(left) > deleted:
        must_be_none(f"applications in the store and not in the mock, which deleted {deleted}", left)
