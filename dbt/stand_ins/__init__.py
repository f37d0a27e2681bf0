"""What dbt puts into a template, for sqlfluff, which has no dbt: it renders the SQL of one warehouse and asks none.

sqlfluff takes every name of this module into its templates (`library_path` in ../.sqlfluff). WAREHOUSE_TYPE says of
which warehouse, as for dbt. Macros of ours are the real ones; of dbt's own only the names stand here.
"""

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

TARGET = os.environ.get("WAREHOUSE_TYPE") or "lake"
# how dbt calls the adapter of each target
ADAPTER = {"lake": "duckdb", "bigquery": "bigquery"}[TARGET]


@pass_context
def _dispatch(context: Context, name: str, _package: str | None = None) -> Any:
    """The macro ADAPTER__name, else default__name, as dbt finds it; neither fails, as in dbt."""
    for prefix in (ADAPTER, "default"):
        found = context.get(f"{prefix}__{name}")
        if found is not None:
            return found
    raise LookupError(f"there is no macro {ADAPTER}__{name}, nor default__{name}")


class _Macros:
    """Macros of dbt's (`dbt.dateadd`): calls that read as SQL, or a word where the macro names one. What they make in
    truth is seen in what dbt compiles."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name in ("except", "intersect"):
            return lambda: name + (" distinct" if ADAPTER == "bigquery" else "")
        if name.startswith("type_"):
            return lambda *_size: "timestamp" if name == "type_timestamp" else name.removeprefix("type_")
        return lambda *given, **named: f"{name}({', '.join(map(str, (*given, *named.values())))})"


def var(_name: str, default: object = None) -> object:
    return default


def env_var(name: str, default: object = None) -> object:
    return name.lower() if default is None else default


adapter = SimpleNamespace(dispatch=_dispatch, quote=str, type=lambda: ADAPTER)
dbt = _Macros()
# of no yml
model = SimpleNamespace(columns={})
target = SimpleNamespace(name=TARGET, type=ADAPTER)
execute = True
