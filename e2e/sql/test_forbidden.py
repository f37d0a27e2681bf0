"""Compiled SQL says nothing that DuckDB and BigQuery do different things with, or by which the same data would give
other numbers tomorrow; and what does is found. The differences stand in dbt/README.md, each with what the databases do.

It is looked for in statements as dbt has compiled them, so that macros of ours and of dbt's are seen too.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from sql.conftest import PROJECT, TARGETS, compiled_for_each, manifest_of, models, nodes, relations
from sql.nulls import DIALECTS, Relation, Relations, loose_orders


class Finding(NamedTuple):
    """A rule that a statement breaks, and the piece of it that does."""

    rule: str
    said: str


# Names that the databases have for it, and that sqlglot gives them in its tree
TRUNCATIONS = {
    "date_trunc", "datetrunc", "timestamp_trunc", "datetime_trunc", "time_trunc", "time_bucket", "date_bin", "last_day",
}
DIFFERENCES = {
    "date_diff", "datediff", "timestamp_diff", "datetime_diff", "time_diff", "ts_or_ds_diff", "age", "months_between",
}
WEEKS = {
    "week", "weekofyear", "week_of_year", "week_start", "yearweek", "isoweek", "isoyear", "year_of_week", "isodow",
    "dayofweek", "day_of_week", "day_of_week_iso", "dayofweek_iso", "weekday", "dayname",
}
# of a format or a part of a date
WEEK_PARTS = {
    "week", "weeks", "w", "weekofyear", "isoweek", "yearweek", "isoyear", "isodow", "dow", "dayofweek", "weekday",
}
WEEK_FORMATS = ("%V", "%U", "%W", "%G", "%g", "%u", "%w", "%A", "%a")
FORMATTERS = {"strftime", "format_date", "format_datetime", "format_timestamp", "time_to_str", "to_char"}
QUANTILES = {
    "median", "mad", "quantile", "quantile_cont", "quantile_disc", "percentile", "percentile_cont", "percentile_disc",
    "approx_quantile", "approx_quantiles", "reservoir_quantile", "approx_percentile", "mode",
}
ROUNDINGS = {"round", "round_even", "roundbankers", "even", "trunc", "truncate"}
CLOCKS = {
    "current_date", "current_timestamp", "current_time", "current_datetime", "current_localtime",
    "current_localtimestamp", "localtimestamp", "localtime", "now", "today", "get_current_timestamp",
    "get_current_time", "transaction_timestamp",
}
WHOLE = (exp.DataType.Type.BIGINT, exp.DataType.Type.INT, exp.DataType.Type.SMALLINT, exp.DataType.Type.TINYINT)
FRACTIONS = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT, exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL)
# what gives a whole number, whatever it is given; and how columns are read where nothing says their type
WHOLE_FUNCTIONS = (exp.Floor, exp.Ceil, exp.IntDiv, exp.Count, exp.Length)
FRACTION_COLUMNS = {"latitude", "longitude"}


def names_of(node: exp.Expr) -> set[str]:
    """By which names a call goes: in the statement, in sqlglot's tree, and in any dialect."""
    if isinstance(node, exp.Anonymous):
        return {str(node.this).lower()}
    if not isinstance(node, exp.Func):
        return set()
    said = node.meta.get("name")
    return {each.lower() for each in (*node.sql_names(), node.key, *([said] if said else []))}


def calls(names: set[str]) -> Callable[[exp.Expr], bool]:
    return lambda node: bool(names_of(node) & names)


def is_difference(node: exp.Expr) -> bool:
    """DuckDB's `date_sub` is one; BigQuery's takes an interval away, as everybody does."""
    return isinstance(node, exp.Anonymous) and node.name.lower() in {"date_sub", "datesub"}


def is_week_part(node: exp.Expr) -> bool:
    """A week or its day out of a date, as a function, a part (`extract`, `date_part`) or a format."""
    names = names_of(node)
    if names & WEEKS:
        return True
    if isinstance(node, exp.Extract) or names & {"date_part", "datepart"}:
        part = node.this if isinstance(node, exp.Extract) else node.expressions[0] if node.expressions else node.this
        return part is not None and part.name.lower() in WEEK_PARTS
    if names & FORMATTERS:
        texts = [text.this for text in node.find_all(exp.Literal) if text.is_string]
        return any(each in text for text in texts for each in WEEK_FORMATS)
    return False


def may_be_fraction(node: exp.Expr) -> bool:
    """Whether a number may have digits behind the point."""
    if isinstance(node, WHOLE_FUNCTIONS):
        return False
    if isinstance(node, (exp.Div, exp.Avg, exp.Stddev, exp.Sqrt, exp.Pow, exp.Exp, exp.Ln, exp.Rand)):
        return True
    if isinstance(node, exp.Literal):
        return not node.is_string and not node.this.isdigit()
    if isinstance(node, exp.Cast):
        return node.to.this in FRACTIONS
    if isinstance(node, exp.Column):
        return node.name.lower() in FRACTION_COLUMNS
    if isinstance(node, exp.Subquery):
        return True
    return any(may_be_fraction(child) for child in node.iter_expressions())


def rounds_by_cast(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.this in WHOLE and may_be_fraction(node.this)


def groups_by_no_column(node: exp.Expr) -> bool:
    """BigQuery refuses to group by a constant, DuckDB and bqemulator take it. A whole number is a place in the list."""
    if not isinstance(node, exp.Group):
        return False
    return any(each.find(exp.Column) is None and not each.is_int for each in node.expressions)


def joins_without_equality(node: exp.Expr) -> bool:
    """BigQuery wants a column of one side to equal one of the other in every outer join, the others do not."""
    if not isinstance(node, exp.Join) or node.side not in ("LEFT", "RIGHT", "FULL") or node.args.get("using"):
        return False
    joined = node.alias_or_name
    for equal in (node.args.get("on") or exp.false()).find_all(exp.EQ):
        one, other = ({column.table for column in side.find_all(exp.Column)} for side in (equal.left, equal.right))
        if one and other and (joined in one) != (joined in other):
            return False
    return True


RULES: tuple[tuple[str, Callable[[exp.Expr], bool]], ...] = (
    ("truncates a date", calls(TRUNCATIONS)),
    ("takes the difference of two times", lambda node: calls(DIFFERENCES)(node) or is_difference(node)),
    ("asks for a week", is_week_part),
    ("asks for a median or a quantile", calls(QUANTILES)),
    ("rounds", calls(ROUNDINGS)),
    ("casts a fraction to a whole number", rounds_by_cast),
    ("asks for the time of the run", calls(CLOCKS)),
    ("groups by what is no column", groups_by_no_column),
    ("joins outwards without an equality", joins_without_equality),
)

ORDER = "orders by what may be null, and does not say where nulls are"
ROW = "names a column as what it is read from, and does not say of what it is"


def rows_by_name(tree: exp.Expr) -> list[str]:
    """A name alone that both a column and what it is read from have: BigQuery takes it for the whole row, DuckDB and
    bqemulator for the column (<https://github.com/SQLMesh/sqlmesh/pull/4132>,
    <https://github.com/dbt-labs/dbt-bigquery/issues/33>)."""
    scopes = [(scope, {name.lower() for name in scope.selected_sources}) for scope in traverse_scope(tree)]
    return [each.name for scope, own in scopes for each in scope.columns if not each.table and each.name.lower() in own]


def findings(statement: str, target: str, relations: Relations) -> list[Finding]:
    """All that a statement of a warehouse (lake, bigquery) says and may not; `relations` is what it may read."""
    dialect, _ = DIALECTS[target]
    tree = sqlglot.parse_one(statement, read=dialect)
    found = [Finding(rule, node.sql(dialect)) for node in tree.walk() for rule, breaks in RULES if breaks(node)]
    found += [Finding(ROW, said) for said in rows_by_name(tree)]
    return found + [Finding(ORDER, said) for said in loose_orders(statement, target, relations)]


# One model with what no mart may say, by macros of dbt's where it has some
PLANTED = """
select
    {{ dbt.date_trunc('week', 'applications.created_at') }} as week_start,
    {{ dbt.datediff('applications.created_at', 'applications.updated_at', 'day') }} as days,
    extract(week from applications.created_at) as week,
    cast(applications.changed_seq / 2 as {{ dbt.type_bigint() }}) as half,
    round(applications.changed_seq) as rounded,
    {{ dbt.current_timestamp() }} as run_at,
    row_number() over (order by applications.updated_at) as place
from {{ ref('stg_applications') }} as applications
"""
FOUND_IN_PLANTED = {
    "truncates a date", "takes the difference of two times", "asks for a week", "casts a fraction to a whole number",
    "rounds", "asks for the time of the run", ORDER,
}


def copy_with_planted(place: Path) -> Path:
    shutil.copytree(PROJECT, place, ignore=shutil.ignore_patterns("__pycache__", "tests_python"))
    (place / "models" / "marts" / "fct_planted.sql").write_text(PLANTED)
    contract = "models: [{name: fct_planted, config: {contract: {enforced: false}}}]\n"
    (place / "models" / "marts" / "_planted.yml").write_text(contract)
    return place


@pytest.fixture(scope="module")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of each warehouse, the project compiled with the planted model."""
    work = tmp_path_factory.mktemp("compiled")
    return compiled_for_each(work, copy_with_planted(work / "dbt"))


@pytest.mark.parametrize("target", TARGETS)
def test_models_say_nothing_of_it(artefacts: dict[str, Path], target: str) -> None:
    known = relations(artefacts[target], target)
    compiled = [model for model in models(artefacts[target]) if model.name != "fct_planted"]
    assert {"staging", "marts"} <= {model.layer for model in compiled}
    assert all(model.statement for model in compiled)
    found = {model.name: findings(model.statement, target, known) for model in compiled}
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_planted_is_found(artefacts: dict[str, Path], target: str) -> None:
    known = relations(artefacts[target], target)
    [planted] = [model for model in models(artefacts[target]) if model.name == "fct_planted"]
    assert {each.rule for each in findings(planted.statement, target, known)} == FOUND_IN_PLANTED


TRUNCATES, DIFFERENCE, WEEK = "truncates a date", "takes the difference of two times", "asks for a week"
QUANTILE, ROUNDS, CASTS = "asks for a median or a quantile", "rounds", "casts a fraction to a whole number"
CLOCK, GROUPS, JOINS = (
    "asks for the time of the run", "groups by what is no column", "joins outwards without an equality")
LAKE, BIGQUERY, BOTH = ("lake",), ("bigquery",), ("lake", "bigquery")

# of these, only k is never null
KNOWN = {("main", "t"): Relation(frozenset({"k", "n", "d", "e", "latitude"}), frozenset({"k"}))}

BAD = [
    (LAKE, "date_trunc('week', d)", TRUNCATES),
    (LAKE, "datetrunc('month', d)", TRUNCATES),
    (LAKE, "time_bucket(interval 7 day, d)", TRUNCATES),
    (BIGQUERY, "date_trunc(d, isoweek)", TRUNCATES),
    (BIGQUERY, "timestamp_trunc(d, day)", TRUNCATES),
    (BIGQUERY, "datetime_trunc(d, month)", TRUNCATES),
    (BOTH, "last_day(d)", TRUNCATES),
    (LAKE, "datediff('day', d, e)", DIFFERENCE),
    (LAKE, "date_diff('week', d, e)", DIFFERENCE),
    (LAKE, "date_sub('day', d, e)", DIFFERENCE),
    (LAKE, "age(d, e)", DIFFERENCE),
    (BIGQUERY, "date_diff(d, e, day)", DIFFERENCE),
    (BIGQUERY, "timestamp_diff(d, e, hour)", DIFFERENCE),
    (BIGQUERY, "datetime_diff(d, e, day)", DIFFERENCE),
    (BOTH, "extract(week from d)", WEEK),
    (BOTH, "extract(dayofweek from d)", WEEK),
    (BOTH, "extract(isoyear from d)", WEEK),
    (BIGQUERY, "extract(isoweek from d)", WEEK),
    (BIGQUERY, "extract(week(monday) from d)", WEEK),
    (BIGQUERY, "format_date('%G-W%V', d)", WEEK),
    (LAKE, "date_part('week', d)", WEEK),
    (LAKE, "yearweek(d)", WEEK),
    (LAKE, "week(d)", WEEK),
    (LAKE, "isodow(d)", WEEK),
    (LAKE, "dayname(d)", WEEK),
    (LAKE, "strftime(d, '%V')", WEEK),
    (LAKE, "median(n)", QUANTILE),
    (LAKE, "quantile_cont(n, 0.5)", QUANTILE),
    (LAKE, "quantile_disc(n, 0.5)", QUANTILE),
    (LAKE, "percentile_cont(0.5) within group (order by n)", QUANTILE),
    (LAKE, "approx_quantile(n, 0.5)", QUANTILE),
    (BIGQUERY, "approx_quantiles(n, 2)[offset(1)]", QUANTILE),
    (BIGQUERY, "percentile_disc(n, 0.5) over ()", QUANTILE),
    (BOTH, "round(n)", ROUNDS),
    (BOTH, "round(n / 3, 1)", ROUNDS),
    (BOTH, "trunc(n)", ROUNDS),
    (LAKE, "cast(n / 2 as bigint)", CASTS),
    (LAKE, "(n * 1.5)::integer", CASTS),
    (LAKE, "try_cast(n / 2 as bigint)", CASTS),
    (LAKE, "cast(cast(n as double) as bigint)", CASTS),
    (BOTH, "cast(avg(n) as bigint)", CASTS),
    (BOTH, "cast(latitude as bigint)", CASTS),
    (BIGQUERY, "cast(n / 2 as int64)", CASTS),
    (BIGQUERY, "safe_cast(n / 2 as int64)", CASTS),
    (BOTH, "current_date", CLOCK),
    (BOTH, "current_timestamp", CLOCK),
    (LAKE, "now()", CLOCK),
    (LAKE, "today()", CLOCK),
    (LAKE, "localtimestamp", CLOCK),
    (BIGQUERY, "current_date('Europe/Berlin')", CLOCK),
    (BIGQUERY, "current_datetime()", CLOCK),
    (BOTH, "row_number() over (order by n)", ORDER),
    (BOTH, "rank() over (partition by d order by k, n desc)", ORDER),
    (BOTH, "sum(n) over (order by n + k)", ORDER),
    (BOTH, "rank() over (order by d is null, n)", ORDER),
    (BOTH, "rank() over (order by case when n = 1 then 1 end)", ORDER),
    (BOTH, "first_value(n) over (order by coalesce(n, d))", ORDER),
]


@pytest.mark.parametrize(
    ("target", "expression", "rule"), [(target, *more) for targets, *more in BAD for target in targets]
)
def test_each_is_found(target: str, expression: str, rule: str) -> None:
    found = findings(f"select {expression} as x from main.t", target, KNOWN)
    assert rule in {each.rule for each in found}


WHOLE_BAD = [
    ("select 'all' as x, count(*) as c from main.t group by 'all', n", GROUPS),
    ("select true as x, count(*) as c from main.t group by true", GROUPS),
    ("select t.n from main.t as t left join main.t as u on u.n is not null", JOINS),
    ("select t.n from main.t as t left join main.t as u on u.n = 3", JOINS),
    ("select t.n from main.t as t full join main.t as u on t.n > u.n", JOINS),
    ("select t.n from main.t as t left join main.t as u on t.n = t.k", JOINS),
    ("select sum(n) as c from main.t as n", ROW),
    ("with d as (select k, d from main.t) select k from d where d is not null", ROW),
    ("with d as (select k, d from main.t) select count(*) as c from d group by d", ROW),
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("statement", "rule"), WHOLE_BAD)
def test_each_statement_is_found(target: str, statement: str, rule: str) -> None:
    assert rule in {each.rule for each in findings(statement, target, KNOWN)}


WHOLE_GOOD = [
    "select n, count(*) as c from main.t group by n, lower(d)",
    "select n, count(*) as c from main.t group by 1",
    "select t.n from main.t as t left join main.t as u on t.n = u.n and u.k > 2",
    "select t.n from main.t as t cross join main.t as u",
    "select t.n from main.t as t inner join main.t as u on t.n > u.n",
    "select sum(n.n) as c from main.t as n",
    "with d as (select k, d from main.t) select d.d, k from d",
    "with d as (select k, d from main.t) select x.d from (select d from main.t) as x cross join d",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("statement", WHOLE_GOOD)
def test_no_statement_is_found_that_both_take(target: str, statement: str) -> None:
    assert not {GROUPS, JOINS, ROW} & {each.rule for each in findings(statement, target, KNOWN)}


# what BigQuery would refuse, and its emulator does not
@pytest.mark.parametrize("target", TARGETS)
def test_tests_of_data_say_nothing_of_it_either(artefacts: dict[str, Path], target: str) -> None:
    known = relations(artefacts[target], target)
    for test in nodes(manifest_of(artefacts[target]), "test"):
        found = {each.rule for each in findings(test["compiled_code"], target, known)}
        assert not {GROUPS, JOINS, ROW} & found, test["alias"]


GOOD = [
    (BOTH, "row_number() over (order by k)"),
    (BOTH, "row_number() over (partition by n order by k desc, k)"),
    (BOTH, "rank() over (order by n nulls last)"),
    (BOTH, "rank() over (order by n desc nulls first)"),
    (BOTH, "rank() over (order by coalesce(n, 0) desc)"),
    (BOTH, "rank() over (order by n is null, n)"),
    (BOTH, "rank() over (order by case when n is null then 1 else 0 end, n)"),
    (BOTH, "cast(n as bigint)"),
    (BOTH, "cast(floor(n / 2) as bigint)"),
    (BOTH, "cast('5' as bigint)"),
    (BOTH, "extract(year from d)"),
    (BOTH, "mod(n, 7)"),
    (LAKE, "n // 2"),
    (LAKE, "cast(d at time zone 'Europe/Berlin' as date) - date '1970-01-01'"),
    (LAKE, "date '1970-01-01' + cast(n as integer)"),
    (LAKE, "make_date(2026, 1, 4)"),
    (LAKE, "epoch_us(d)"),
    (BIGQUERY, "div(n, 2)"),
    (BIGQUERY, "unix_date(date(d, 'Europe/Berlin'))"),
    (BIGQUERY, "date_from_unix_date(n)"),
    (BIGQUERY, "date_sub(d, interval 6 day)"),
    (BIGQUERY, "unix_micros(d)"),
]


@pytest.mark.parametrize(("target", "expression"), [(target, said) for targets, said in GOOD for target in targets])
def test_what_both_understand_alike_is_let_be(target: str, expression: str) -> None:
    assert findings(f"select {expression} as x from main.t", target, KNOWN) == []
