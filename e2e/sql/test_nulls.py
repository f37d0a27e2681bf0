"""What may be null is told through subqueries, joins and conditions, and through models."""

import json
from pathlib import Path

import pytest

from sql.conftest import relations
from sql.nulls import Relation, loose_orders, outputs_never_null

KNOWN = {
    ("main", "t"): Relation(frozenset({"k", "n"}), frozenset({"k"})),
    ("main", "u"): Relation(frozenset({"k", "m"}), frozenset({"k", "m"})),
}

NEVER_NULL = [
    "select k as x from main.t",
    "with a as (select * from main.t) select a.k as x from a",
    "select x from (select k + 1 as x from main.t) as a",
    "select lower(cast(k as string)) as x from main.t",
    "select k as x from main.t union all select m as x from main.u",
    "select u.m as x from main.t inner join main.u on t.k = u.k",
    "select t.k as x from main.t left join main.u on t.k = u.k",
    "select coalesce(u.m, 0) as x from main.t left join main.u on t.k = u.k",
    "select n as x from main.t where n is not null",
    "select n as x from main.t where k > 0 and n <= 5",
    "select t.n as x from main.t inner join main.u on t.n = u.k",
    "select max(k) as x from main.t group by n",
    "select count(n) as x from main.t",
    "select case when n = 1 then k else 0 end as x from main.t",
    "select row_number() over (order by k) as x from main.t",
]
MAY_BE_NULL = [
    "select n as x from main.t",
    "with a as (select * from main.t) select a.n as x from a",
    "select x from (select k + n as x from main.t) as a",
    "select k as x from main.t union all select n as x from main.t",
    "select k as x from main.t union all select null as x",
    "select u.m as x from main.t left join main.u on t.k = u.k",
    "select t.k as x from main.t right join main.u on t.k = u.k",
    "select u.k as x from main.t full join main.u on t.k = u.k",
    "select n as x from main.t where k > 0 or n <= 5",
    "select max(k) as x from main.t",
    "select case when n = 1 then k end as x from main.t",
    "select nullif(k, 0) as x from main.t",
    "select lag(k) over (order by k) as x from main.t",
    "select max(k) over (order by k rows between unbounded preceding and 1 preceding) as x from main.t",
    "select unknown.y as x from main.unknown",
]


@pytest.mark.parametrize("target", ["lake", "bigquery"])
@pytest.mark.parametrize(
    ("statement", "expected"), [(each, True) for each in NEVER_NULL] + [(each, False) for each in MAY_BE_NULL]
)
def test_what_may_be_null(statement: str, expected: bool, target: str) -> None:
    assert ("x" in outputs_never_null(statement, target, KNOWN)) is expected
    ordered = f"with a as ({statement}) select row_number() over (order by a.x) as place from a"
    assert list(loose_orders(ordered, target, KNOWN)) == ([] if expected else ["a.x"])


def test_models_are_followed_to_what_a_test_holds(tmp_path: Path) -> None:
    def node(kind: str, name: str, columns: list[str], **more: object) -> dict[str, object]:
        key = f"{kind}.{name}"
        place = {"schema": "main", "alias": name, "identifier": name}
        return {"unique_id": key, "resource_type": kind, "columns": dict.fromkeys(columns), **place, **more}

    def not_null(key: str, column: str) -> dict[str, object]:
        tested = {"column_name": column, "test_metadata": {"name": "not_null"}, "depends_on": {"nodes": [key]}}
        return {"resource_type": "test", "attached_node": None, **tested}

    def model(name: str, statement: str, reads: str) -> dict[str, object]:
        return node("model", name, ["a", "b"], compiled_code=statement, depends_on={"nodes": [reads]})

    second = model("second", "select a, b from main.first", "model.first")
    first = model("first", "select k as a, n as b from main.raw", "source.raw")
    manifest = {
        "sources": {"source.raw": node("source", "raw", ["k", "n"])},
        "nodes": {"s": second, "f": first, "t": not_null("source.raw", "k")},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    known = relations(tmp_path, "lake")
    assert {name: sorted(each.never_null) for (_, name), each in known.items()} == {
        "raw": ["k"], "first": ["a"], "second": ["a"],
    }
