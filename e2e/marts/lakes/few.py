"""A lake of twenty applications, each with a reason: what chance would hardly bring."""

from datetime import datetime, timedelta, timezone

from marts.lakes.chance import STATES, Maker, state
from marts.lakes.tables import Row, Tables

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# half past eleven in the night of a Sunday in Berlin, the day on which summer time begins: its week is not over
AS_OF = datetime(2026, 3, 29, 21, 30, tzinfo=timezone.utc)
MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=timezone.utc)
TURNED_DOWN = STATES[5]
# of one week: the second is too few, and takes the third with it, though that is enough, and not the first
SOURCES = ("A",) * 7 + ("B",) * 2 + ("C",) * 5
# the tenth and the nineteenth of twenty are the last ones of their length
GAPS = (HOUR,) * 10 + (5 * HOUR,) * 9 + (90 * DAY,)


def posting(maker: Maker, vacancy: str, medium: str = "site", **more: object) -> None:
    row: Row = {
        "vacancy_id": vacancy, "media_id": medium, "posting_type": 0, "stage": 1, "title": vacancy,
        "department": vacancy, **dict.fromkeys(("created", "edited", "first_seen"), MONDAY - 90 * DAY),
    }
    maker.add("job_posting", **{**row, **more})


def few() -> Tables:
    maker = Maker()
    posting(maker, "alike")
    posting(maker, "sources")
    # online in neither, and gone from the one where it was edited last
    posting(maker, "gone", "site", stage=2, title="still there")
    posting(maker, "gone", "social", stage=2, edited=MONDAY, removed=True, removed_at=MONDAY)
    vacancies = ("alike",) * 5 + ("sources",) * len(SOURCES) + ("gone",)
    sources = ("A",) * 5 + SOURCES + ("A",)
    for number, (vacancy, source, gap) in enumerate(zip(vacancies, sources, GAPS, strict=True)):
        name, created = f"a{number}", MONDAY + number * 6 * HOUR
        ended = state(TURNED_DOWN if vacancy == "alike" else STATES[number % 2])
        maker.add("candidate", candidate_key=name, first_seen=created + gap)
        maker.add("application", application_id=name, vacancy_id=vacancy, candidate_key=name, created=created,
                  first_seen=created + gap, source_name=source, **ended)
    maker.add("export_run", run_id="only", started=AS_OF, as_of=AS_OF)
    return maker.tables
