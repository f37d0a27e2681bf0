"""Whether what a statement orders by can be null, and whether it says then where nulls are.

A column is followed through the subqueries of a statement to the relation that it comes from; there a test of dbt's
(`not_null`) says that it is never null.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope


class Relation(NamedTuple):
    """A model or a source: its columns, and which of them are never null. All in small letters."""

    columns: frozenset[str]
    never_null: frozenset[str]


# by schema and name, as they stand in compiled SQL
Relations = Mapping[tuple[str, str], Relation]


class DuckDBNullsSmall(DuckDB):
    """As it is not: a difference to the other one shows that a statement did not say where nulls are."""

    NULL_ORDERING = "nulls_are_small"


class DuckDBNullsLarge(DuckDB):
    NULL_ORDERING = "nulls_are_large"


class BigQueryNullsSmall(BigQuery):
    NULL_ORDERING = "nulls_are_small"


class BigQueryNullsLarge(BigQuery):
    NULL_ORDERING = "nulls_are_large"


DIALECTS = {"lake": (DuckDBNullsSmall, DuckDBNullsLarge), "bigquery": (BigQueryNullsSmall, BigQueryNullsLarge)}
# null though what they are given is not
MAKE_NULLS = (
    exp.Null, exp.Nullif, exp.TryCast, exp.SafeDivide, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue,
    exp.Subquery, exp.Bracket, exp.RegexpExtract, exp.JSONExtract, exp.JSONExtractScalar, exp.Div,
)
# null where there is no row, and so never in a group
AGGREGATES = (exp.Min, exp.Max, exp.Sum, exp.Avg, exp.LogicalOr, exp.LogicalAnd, exp.AnyValue)
# what compares is true only where neither side is null
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def loose_orders(statement: str, target: str, relations: Relations) -> Iterable[str]:
    """Each item of an ORDER BY that may be null and does not say where nulls are."""
    small, large = DIALECTS[target]
    tree = sqlglot.parse_one(statement, read=small)
    others = sqlglot.parse_one(statement, read=large).find_all(exp.Ordered)
    for item, other in zip(tree.find_all(exp.Ordered), others, strict=True):
        item.meta["said"] = item.sql(small)
        item.meta["is_told"] = item.args.get("nulls_first") == other.args.get("nulls_first") or _is_told_before(item)
    known = Known(relations)
    for scope in traverse_scope(qualified(tree, target, relations)):
        for item in scope.find_all(exp.Ordered):
            if not item.meta["is_told"] and not known.is_never_null(item.this, scope):
                yield item.meta["said"]


def outputs_never_null(statement: str, target: str, relations: Relations) -> frozenset[str]:
    """Columns of a statement that are never null, whatever no test says of them."""
    tree = qualified(sqlglot.parse_one(statement, read=DIALECTS[target][0]), target, relations)
    known, root = Known(relations), traverse_scope(tree)[-1]
    return frozenset(name.lower() for name in query_of(root).named_selects if known.is_output_never_null(root, name))


def qualified(tree: exp.Expr, target: str, relations: Relations) -> exp.Expr:
    """The same, with every column told by its table, and every `*` spelt out."""
    schema: dict[str, object] = {}
    for place in {place for place, _ in relations}:
        # one without columns is not described
        there = {name: relation.columns for (other, name), relation in relations.items() if other == place}
        schema[place] = {name: dict.fromkeys(sorted(columns), "text") for name, columns in there.items() if columns}
    schema = {place: there for place, there in schema.items() if there}
    for table in tree.find_all(exp.Table):
        # all are of one database
        table.set("catalog", None)
    return qualify(
        tree, dialect=DIALECTS[target][0], schema=schema, validate_qualify_columns=False, identify=False,
        quote_identifiers=False,
    )


def _is_told_before(item: exp.Ordered) -> bool:
    """Whether an earlier item of the same ORDER BY is `… is null` of the same expression."""
    order = item.parent
    assert isinstance(order, exp.Order)
    before = order.expressions[: order.expressions.index(item)]
    tests = [test for earlier in before for test in earlier.this.find_all(exp.Is)]
    return any(test.this == item.this and isinstance(test.expression, exp.Null) for test in tests)


class Known:
    """What is known of the relations that statements read."""

    def __init__(self, relations: Relations) -> None:
        self.relations = relations

    def is_never_null(self, node: exp.Expr, scope: Scope) -> bool:
        if isinstance(node, exp.Column):
            return self._is_column_never_null(node, scope)
        if isinstance(node, (exp.Literal, exp.Boolean, exp.DataType, exp.Count, exp.Is, exp.RowNumber, exp.Rank)):
            return True
        if isinstance(node, exp.Coalesce):
            return any(self.is_never_null(each, scope) for each in (node.this, *node.expressions))
        if isinstance(node, exp.Case):
            ends = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default") or exp.Null()]
            return all(self.is_never_null(each, scope) for each in ends)
        if isinstance(node, exp.Window):
            # a frame may be empty, but for that of the functions that count rows
            return isinstance(node.this, (exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank))
        if isinstance(node, MAKE_NULLS):
            return False
        if isinstance(node, AGGREGATES) and not scope.expression.args.get("group"):
            return False
        return all(self.is_never_null(child, scope) for child in node.iter_expressions())

    def _is_column_never_null(self, column: exp.Column, scope: Scope) -> bool:
        if any(other.this == column.this and other.table == column.table for other in compared(scope)):
            return True
        source = scope.sources.get(column.table)
        if column.table in outer_joined(scope):
            return False
        if isinstance(source, Scope):
            return self.is_output_never_null(source, column.name)
        if isinstance(source, exp.Table):
            relation = self.relations.get((source.db.lower(), source.name.lower()))
            return relation is not None and column.name.lower() in relation.never_null
        return False

    def is_output_never_null(self, scope: Scope, name: str) -> bool:
        """Of a column of a subquery; of a union, in all its parts."""
        if scope.set_operation_scopes:
            outputs = query_of(scope).named_selects
            place = outputs.index(name) if name in outputs else None
            return place is not None and all(
                self.is_output_never_null(part, query_of(part).named_selects[place])
                for part in scope.set_operation_scopes
            )
        found = [each for each in query_of(scope).selects if each.alias_or_name == name]
        return bool(found) and self.is_never_null(found[0].unalias(), scope)


def query_of(scope: Scope) -> exp.Query:
    query = scope.expression
    assert isinstance(query, exp.Query)
    return query


def compared(scope: Scope) -> Iterable[exp.Column]:
    """Columns that rows of this query would not be there for, were they null: of conditions that all have to be met."""
    where = scope.expression.args.get("where")
    inner = [join.args.get("on") for join in scope.expression.args.get("joins") or () if not join.side]
    for condition in (where and where.this, *inner):
        parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
        for part in parts:
            if isinstance(part, COMPARISONS):
                yield from (side for side in (part.this, part.expression) if isinstance(side, exp.Column))
            if isinstance(part, exp.Not) and isinstance(part.this, exp.Is) and isinstance(part.this.this, exp.Column):
                yield part.this.this


def outer_joined(scope: Scope) -> set[str]:
    """Names of what is joined so that its columns may be null."""
    found: set[str] = set()
    before = {source.alias_or_name for source in [scope.expression.args.get("from_")] if source}
    for join in scope.expression.args.get("joins") or ():
        if join.side in ("LEFT", "FULL"):
            found.add(join.alias_or_name)
        if join.side in ("RIGHT", "FULL"):
            found |= before
        before.add(join.alias_or_name)
    return found
