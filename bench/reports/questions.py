"""What a page is asked for: the same of both."""

import datetime
import itertools
import json
import random
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

# weeks that the form has, besides all
PERIODS = (4, 13, 26, 52)
USUAL = 26
TYPES = (None, "job", "talent_pool")
LANGUAGES = ("de", "en", "nl")
# where no city, or no source, is known, and what was folded: no filters that somebody would choose
NAMELESS = ("none", "small groups", "other")


class Question(NamedTuple):
    """Fields of the form; what is none is any. `weeks` none is all."""

    city: str | None = None
    weeks: int | None = USUAL
    source: str | None = None
    posting_type: str | None = None
    language: str = "de"

    def query(self) -> str:
        fields = {
            "period": "all" if self.weeks is None else str(self.weeks), "city": self.city, "source": self.source,
            "type": self.posting_type, "lang": self.language,
        }
        return urllib.parse.urlencode({name: value for name, value in fields.items() if value is not None})


class World(NamedTuple):
    """What can be asked for, and of which day it is told."""

    as_of_on: datetime.date
    cities: list[str]
    sources: list[str]


def world(data: Path, daily: dict[str, list[str]]) -> World:
    """Of what dbt has put beside its docs, and of the names in a mart of volumes."""
    columns: dict[str, Any] = json.loads((data / "export_run.json").read_text())["columns"]
    as_of_on = datetime.date.fromisoformat(columns["as_of_on"]["dictionary"][0])
    return World(as_of_on, *([name for name in daily[column] if name not in NAMELESS] for column in ("city", "source")))


def many(found: World, count: int) -> list[Question]:
    """Different ones, the same in each run: each has a city, most have more."""
    choices: Sequence[Sequence[Any]] = (
        found.cities, (*PERIODS, None), (None, *found.sources), TYPES, LANGUAGES,
    )
    all_of_them = [Question(*each) for each in itertools.product(*choices)]
    return random.Random(1).sample(all_of_them, min(count, len(all_of_them)))


def by_city(found: World, count: int) -> list[Question]:
    """One a city, of the usual period: what the page shows first when somebody chooses a city."""
    return [Question(city) for city in found.cities[:count]]


def by_period(count: int) -> list[Question]:
    """Of all cities, so that nothing is left out, a period each."""
    return [Question(weeks=weeks) for weeks in (USUAL, *(each for each in PERIODS if each != USUAL), None)][:count]
