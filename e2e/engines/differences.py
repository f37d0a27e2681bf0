"""What DuckDB and BigQuery do differently with what reads alike, and where the emulator is not BigQuery.

What BigQuery does is what its documentation says, on the page that is named. What DuckDB and the emulator do was run,
and is run by the tests beside this.
"""

from typing import NamedTuple

# of Google's reference; an address is longer than a line
REFERENCE = "https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/"
# for an answer that is an error; what DuckDB and the emulator say then has one of these words in it
REFUSED, REASONS = "refused", ("not recognized", "division by zero")


class Difference(NamedTuple):
    """A row of the table in dbt/README.md. Answers are as ask_duckdb.py prints them: columns by `, `, rows by `; `.

    duckdb, bigquery: a script, and what the last statement of it gives
    page: where BigQuery's documentation says so, below REFERENCE
    emulator: what the emulator gives where that is something else
    """

    words: str
    duckdb: tuple[str, str]
    bigquery: tuple[str, str]
    page: str
    emulator: str | None = None

    def of_emulator(self) -> str:
        return self.bigquery[1] if self.emulator is None else self.emulator


SUNDAY, SATURDAY, MONDAY = "date '2026-01-04'", "date '2026-01-03'", "date '2026-01-05'"
EARLY, LATE = "'2026-01-01 23:30:00+00'", "'2026-01-02 00:30:00+00'"
NULLS_DUCKDB = "(select unnest([2, null, 1]) as x)"
NULLS = "unnest([2, null, 1]) as x"
MERGE = (
    "create table %(t)s (id %(int)s, v %(int)s); insert into %(t)s values (1, 0); "
    "merge into %(t)s as t using (select 1 as id, 10 as v union all select 1, 20) as s on t.id = s.id "
    "when matched then update set v = s.v; select count(*), min(v) > 0 from %(t)s"
)

DIFFERENCES = (
    Difference(
        "A week begins on Monday in DuckDB, on Sunday in BigQuery: the week of Sunday 2026-01-04",
        (f"select cast(date_trunc('week', {SUNDAY}) as date)", "2025-12-29"),
        (f"select date_trunc({SUNDAY}, week)", "2026-01-04"),
        "date_functions#date_trunc",
    ),
    Difference(
        "The same of an instant, which the emulator puts on Monday",
        ("select cast(date_trunc('week', timestamptz '2026-01-04 10:00:00+00') as date)", "2025-12-29"),
        ("select date(timestamp_trunc(timestamp '2026-01-04 10:00:00+00', week))", "2026-01-04"),
        "timestamp_functions#timestamp_trunc", "2025-12-29",
    ),
    Difference(
        "`ISOWEEK` begins on Monday; DuckDB does not know it, and the emulator refuses it",
        (f"select date_trunc('isoweek', {SUNDAY})", REFUSED),
        (f"select date_trunc({SUNDAY}, isoweek)", "2025-12-29"),
        "date_functions#date_trunc", REFUSED,
    ),
    Difference(
        "`WEEK(MONDAY)` begins on Monday; the emulator takes it for `WEEK`",
        (f"select date_trunc('week(monday)', {SUNDAY})", REFUSED),
        (f"select date_trunc({SUNDAY}, week(monday))", "2025-12-29"),
        "date_functions#date_trunc", "2026-01-04",
    ),
    Difference(
        "The number of the week of Saturday 2026-01-03: ISO's, or 0 before the first Sunday",
        (f"select extract(week from {SATURDAY})", "1"),
        (f"select extract(week from {SATURDAY})", "0"),
        "date_functions#extract",
    ),
    Difference(
        "The number of a Sunday in its week",
        (f"select extract(dayofweek from {SUNDAY})", "0"),
        (f"select extract(dayofweek from {SUNDAY})", "1"),
        "date_functions#extract",
    ),
    Difference(
        "Differences of dates count boundaries: weeks between a Saturday and the next day",
        (f"select date_diff('week', {SATURDAY}, {SUNDAY})", "0"),
        (f"select date_diff({SUNDAY}, {SATURDAY}, week)", "1"),
        "date_functions#date_diff",
    ),
    Difference(
        "Weeks between a Sunday and the next day; DuckDB counts seven days in a row, not boundaries",
        (f"select date_diff('week', {SUNDAY}, {MONDAY})", "0"),
        (f"select date_diff({MONDAY}, {SUNDAY}, isoweek)", "1"),
        "date_functions#date_diff", "0",
    ),
    Difference(
        "Differences of instants are whole units in BigQuery: days between 23:30 and 00:30",
        (f"select date_diff('day', timestamptz {EARLY}, timestamptz {LATE})", "1"),
        (f"select timestamp_diff(timestamp {LATE}, timestamp {EARLY}, day)", "0"),
        "timestamp_functions#timestamp_diff", "1",
    ),
    Difference(
        "The median of 1 and 2; BigQuery has no such function",
        ("select median(x) from (select unnest([1, 2]) as x)", "1.5"),
        ("select median(x) from unnest([1, 2]) as x", REFUSED),
        "aggregate_functions", "1.5",
    ),
    Difference(
        "The middle of 1, 2 and 3 by approximate quantiles: the second of three bounds; the emulator gives the last",
        ("select approx_quantile(x, 0.5) from (select unnest([1, 2, 3]) as x)", "2"),
        ("select approx_quantiles(x, 2)[offset(1)] from unnest([1, 2, 3]) as x", "2"),
        "approximate_aggregate_functions#approx_quantiles", "3",
    ),
    Difference(
        "2.5 and 3.5 cast to a whole number: a floating half goes to the even one in DuckDB, away from 0 in BigQuery",
        ("select cast(cast(2.5 as double) as bigint), cast(cast(3.5 as double) as bigint)", "2, 4"),
        ("select cast(2.5 as int64), cast(3.5 as int64)", "3, 4"),
        "conversion_functions#cast_as_integer", "2, 4",
    ),
    Difference(
        "A fraction that is written down is a decimal in DuckDB, and is cast otherwise than a floating one",
        ("select cast(2.5 as bigint), cast(2.5e0 as bigint)", "3, 2"),
        ("select cast(numeric '2.5' as int64), cast(2.5e0 as int64)", "3, 3"),
        "conversion_functions#cast_as_integer", "3, 2",
    ),
    Difference(
        "`ROUND` goes away from 0 in both; its result is a fraction in BigQuery, a decimal in DuckDB",
        ("select round(2.5), round(-2.5)", "3, -3"),
        ("select round(2.5), round(-2.5)", "3.0, -3.0"),
        "mathematical_functions#round",
    ),
    Difference(
        "A division by 0 is endless in DuckDB, an error in BigQuery",
        ("select 1 / 0", "inf"),
        ("select 1 / 0", REFUSED),
        "mathematical_functions#ieee_divide",
    ),
    Difference(
        "Upwards, nulls are last in DuckDB and first in BigQuery",
        (f"select x from {NULLS_DUCKDB} order by x", "1; 2; NULL"),
        (f"select x from {NULLS} order by x", "NULL; 1; 2"),
        "query-syntax#order_by_clause",
    ),
    Difference(
        "So they are in windows: the first row by `ROW_NUMBER`",
        (f"select x from (select x, row_number() over (order by x) as n from {NULLS_DUCKDB}) where n = 1", "1"),
        (f"select x from (select x, row_number() over (order by x) as n from {NULLS}) where n = 1", "NULL"),
        "data-types#orderable_nulls",
    ),
    Difference(
        "`GREATEST` passes over nulls in DuckDB, and is null in BigQuery where one is",
        ("select greatest(1, null), least(1, null)", "1, 1"),
        ("select greatest(1, null), least(1, null)", "NULL, NULL"),
        "mathematical_functions#greatest",
    ),
    Difference(
        "So does `CONCAT`",
        ("select concat('a', null, 'b')", "ab"),
        ("select concat('a', cast(null as string), 'b')", "NULL"),
        "string_functions#concat",
    ),
    Difference(
        "`REGEXP_REPLACE` replaces the first match in DuckDB, and all in BigQuery",
        ("select regexp_replace('a  b  c', ' +', ' ')", "a b  c"),
        ("select regexp_replace('a  b  c', ' +', ' ')", "a b c"),
        "string_functions#regexp_replace",
    ),
    Difference(
        "`TRIM` takes blanks away in DuckDB, all white space in BigQuery: what is left of a tab and a blank before `a`",
        ("select length(trim(chr(9) || ' a '))", "3"),
        ("select length(trim('\\t a '))", "1"),
        "string_functions#trim", "3",
    ),
    Difference(
        "A `MERGE` with two source rows for one target row is carried out by DuckDB and the emulator",
        (MERGE % {"t": "t", "int": "integer"}, "1, True"),
        (MERGE % {"t": "engines.t", "int": "int64"}, REFUSED),
        "dml-syntax#merge_statement", "1, True",
    ),
)


def table() -> list[str]:
    """The rows of dbt/README.md."""
    return [
        "| {} | {} | {} | {} | [{}]({}) |".format(
            row.words, shown(row.duckdb[1]), shown(row.bigquery[1]),
            "as BigQuery" if row.emulator is None else shown(row.emulator),
            row.page.replace("#", ": "), REFERENCE + row.page,
        )
        for row in DIFFERENCES
    ]


def shown(answer: str) -> str:
    return answer if answer == REFUSED else f"`{answer}`"


if __name__ == "__main__":
    print("\n".join(table()))
