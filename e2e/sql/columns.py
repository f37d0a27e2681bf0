"""Which columns of which tables a statement reads."""

from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.scope import traverse_scope

from sql.nulls import DIALECTS, Relations, qualified

# by schema and name, as they stand in compiled SQL, in small letters
Columns = Mapping[tuple[str, str], frozenset[str]]
# what each view says, likewise
Views = Mapping[tuple[str, str], str]


def columns_read(statement: str, target: str, relations: Relations, views: Views | None = None) -> Columns:
    """The columns of each table that a statement reads, through `views`; of one whose rows it merely counts, none."""
    tree = without_views(sqlglot.parse_one(statement, read=DIALECTS[target][0]), target, views or {})
    tree = pushdown_projections(qualified(tree, target, relations))
    found: dict[tuple[str, str], set[str]] = {}
    for scope in traverse_scope(tree):
        tables = {name: each for name, each in scope.sources.items() if isinstance(each, exp.Table)}
        for table in tables.values():
            found.setdefault((table.db.lower(), table.name.lower()), set())
        for column in scope.columns:
            if column.table in tables:
                table = tables[column.table]
                found[table.db.lower(), table.name.lower()].add(column.name.lower())
    return {place: frozenset(columns) for place, columns in found.items()}


def without_views(tree: exp.Expr, target: str, views: Views) -> exp.Expr:
    """The same, with what each view says in its place."""
    for table in list(tree.find_all(exp.Table)):
        view = views.get((table.db.lower(), table.name.lower()))
        if view is not None:
            inner = without_views(sqlglot.parse_one(view, read=DIALECTS[target][0]), target, views)
            assert isinstance(inner, exp.Query)
            table.replace(inner.subquery(table.alias_or_name))
    return tree
