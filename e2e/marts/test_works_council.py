"""docs/works-council.md says of each number of the dashboard what the marts can do and no more, and the same twice.

A works council reads it and nobody checks it again, so what can be looked up in code is looked up here.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolbox.programs import REPOSITORY

MARTS = REPOSITORY / "dbt" / "models" / "marts"
PAGE = (REPOSITORY / "docs" / "works-council.md").read_text(encoding="utf-8")
LANGUAGES = ("Deutsch", "English")
# the numbers of the dashboard, in their order, with the marts that each is made of
NUMBERS = (
    ("open postings", {"dim_posting"}),
    ("applications in the last full week", {"fct_applications_weekly"}),
    ("open applications", {"fct_open_applications", "fct_applications_weekly", "fct_closed_weekly"}),
    ("median duration", {"fct_closed_weekly"}),
    ("hires", {"fct_closed_weekly"}),
    ("postings past their deadline", {"dim_posting"}),
    ("applications per week and day", {"fct_applications_weekly", "fct_applications_daily"}),
    ("popular postings", {"dim_posting", "fct_applications_per_posting"}),
    ("popular places", {"dim_posting", "fct_applications_per_posting"}),
    ("funnel", {"fct_funnel"}),
    ("curve", {"fct_application_durations"}),
    ("durations of ended ones", {"fct_closed_weekly"}),
    ("Emply's two", {"fct_times_to_hire"}),
    ("open ones by age", {"fct_open_applications"}),
    ("sources", {"fct_applications_weekly", "fct_sources_weekly"}),
    ("reasons", {"fct_reasons_weekly"}),
    ("data quality", {"data_quality"}),
)
# read in place of another one, where nothing is asked for that they do not tell apart
INSTEAD = {"fct_sources_weekly"}
# what the page calls the columns by which a number can be broken down
DIMENSIONS = {
    "Deutsch": {"Abteilung": "department", "Ort": "city", "Quelle": "source", "Art": "posting_type"},
    "English": {"department": "department", "place": "city", "source": "source", "type": "posting_type"},
}
COUNTINGS = {
    "Deutsch": {"Stichtag": "snapshot", "Ereignis": "activity", "Jahrgang": "cohort"},
    "English": {"snapshot": "snapshot", "activity": "activity", "cohort": "cohort"},
}
SETTINGS = {
    "REPORT_COMPARE_DEPARTMENTS", "REPORT_MIN_GROUP", "PII_MODE", "INGEST_RETENTION_DAYS", "REPORT_HISTORY_MONTHS",
}
READMES = ("dbt/README.md", "services/ingest/README.md", "services/export/README.md")
# columns by which one could tell people apart, applicants or those who work on applications
OF_PERSONS = re.compile(r"candidate_|application_(id|key|no)|email|(first|middle|last)_name|manager|recruiter|user")
# by which a program of actix would note who asks, or know them again
OF_VISITORS = re.compile(r"(?i)\bLogger\b|TracingLogger|peer_addr|realip|connection_info|cookie|session|user.agent")
in_each = pytest.mark.parametrize("language", LANGUAGES)


def part(language: str) -> str:
    found = PAGE.partition(f"\n# {language}\n")[2]
    assert found, f"no part {language}"
    return re.split(r"(?m)^# ", found)[0]


def tables(language: str) -> list[list[list[str]]]:
    """All tables of a part, row by row, without their headers."""
    found = re.findall(r"(?m)(?:^\|.*\n)+", part(language))
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in each.splitlines()][2:] for each in found]


def numbered(language: str) -> tuple[list[list[str]], list[list[str]]]:
    """What the numbers are, and how they are counted."""
    told, counted = (each for each in tables(language) if each[0][0] == "1")
    return told, counted


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@cache
def models() -> dict[str, Any]:
    found = [each for file in MARTS.rglob("*.yml") for each in yaml.safe_load(file.read_text()).get("models", [])]
    return {each["name"]: each for each in found}


def columns(mart: str) -> set[str]:
    return {column["name"] for column in models()[mart]["columns"]}


def sql(mart: str) -> str:
    [file] = MARTS.rglob(mart + ".sql")
    return file.read_text()


def of_exposure(name: str) -> set[str]:
    exposures = yaml.safe_load((MARTS / "_exposures.yml").read_text())["exposures"]
    [exposure] = [each for each in exposures if each["name"] == name]
    return {re.sub(r"ref\('(\w+)'\)", r"\1", each) for each in exposure["depends_on"]}


# what people make of the marts by themselves can be of each
ALL = of_exposure("data_studio")


@in_each
def test_each_number_has_a_row_in_both_tables(language: str) -> None:
    wanted = [str(place + 1) for place in range(len(NUMBERS))]
    for table in numbered(language):
        assert [row[0] for row in table] == wanted
        assert all(len(row) == len(table[0]) and all(row) for row in table), "a cell is empty"


@in_each
def test_each_row_names_its_marts(language: str) -> None:
    for row, (number, marts) in zip(numbered(language)[1], NUMBERS, strict=True):
        assert set(code(row[-1])) == marts, number


@in_each
def test_each_mart_is_named(language: str) -> None:
    named = {name for name in code(part(language)) if re.fullmatch(r"(fct|dim)_\w+|export_run|data_quality", name)}
    assert named == ALL
    assert of_exposure("dashboard") <= ALL


@in_each
def test_numbers_can_be_broken_down_by_what_their_marts_have(language: str) -> None:
    words = DIMENSIONS[language]
    for row, (number, marts) in zip(numbered(language)[1], NUMBERS, strict=True):
        said = [each.strip("†") for each in row[3].split(", ")] if row[3] != "–" else []
        possible = set.intersection(*map(columns, marts - INSTEAD)) & set(words.values())
        assert {words[each] for each in said} == possible, number
        # such a mart calls each department `all`, unless departments may be compared
        is_compared = any("compared_department(" in sql(mart) for mart in marts)
        assert ("†" in row[3]) == is_compared, number


@in_each
def test_both_parts_say_the_same(language: str) -> None:
    """As far as code and words with one meaning go."""
    for own, others in zip(tables(language), tables("English"), strict=True):
        assert [list(map(code, row)) for row in own] == [list(map(code, row)) for row in others]
    counted, english = numbered(language)[1], numbered("English")[1]
    for own_row, row in zip(counted, english, strict=True):
        counting = [COUNTINGS[language][each] for each in own_row[1].split("; ")]
        assert counting == row[1].split("; "), row[0]
    assert set(code(part(language))) == set(code(part("English")))


@in_each
def test_settings_are_there_and_default_as_said(language: str) -> None:
    readmes = "".join((REPOSITORY / each).read_text() for each in READMES)
    named = {name for name in code(part(language)) if re.fullmatch(r"[A-Z]+_[A-Z_]+", name)}
    assert named >= SETTINGS
    for name in named:
        assert re.search(fr"(?m)^\| `{name}` \|", readmes), f"{name} stands in no README"
    [rows] = [each for each in tables(language) if code(each[0][0]) == ["REPORT_COMPARE_DEPARTMENTS"]]
    assert {code(row[0])[0] for row in rows} == SETTINGS
    for row in rows:
        lines = re.findall(fr"(?m)^\| `{code(row[0])[0]}` \|.*$", readmes)
        # a README has the default in its second column or in its last one
        assert any(row[1] in [cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines), row


def test_no_mart_has_a_person() -> None:
    for mart in ALL:
        assert [name for name in columns(mart) if OF_PERSONS.match(name)] == [], mart


def test_nobody_notes_who_looked_at_what() -> None:
    sources = sorted((REPOSITORY / "services" / "reports" / "src").rglob("*.rs"))
    assert sources
    found = [
        f"{file.name}: {line.strip()}"
        for file in sources for line in file.read_text().splitlines() if OF_VISITORS.search(line)
    ]
    assert found == []


def test_links_lead_somewhere() -> None:
    docs = REPOSITORY / "docs"
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert links
    assert [link for link in links if not (docs / Path(link)).is_file()] == []
