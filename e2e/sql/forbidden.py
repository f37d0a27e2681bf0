"""What SQL may not say, because DuckDB and BigQuery do different things with it, or the same data would give other
numbers tomorrow. The differences stand in dbt/README.md, each with what the databases do.

It is looked for in statements as dbt has compiled them, so that macros of ours and of dbt's are seen too.
"""

from collections.abc import Callable
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from sql.nulls import DIALECTS, Relations, loose_orders


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


def findings(statement: str, target: str, relations: Relations) -> list[Finding]:
    """All that a statement of a warehouse (lake, bigquery) says and may not; `relations` is what it may read."""
    dialect, _ = DIALECTS[target]
    nodes = sqlglot.parse_one(statement, read=dialect).walk()
    found = [Finding(rule, node.sql(dialect)) for node in nodes for rule, breaks in RULES if breaks(node)]
    return found + [Finding(ORDER, said) for said in loose_orders(statement, target, relations)]
