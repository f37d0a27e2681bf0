"""What the pipeline can know of a few applications, run by run."""

from datetime import datetime, timedelta, timezone

import pytest

from marts.expected.facts import Application, Event, Posting, Report, Stand
from marts.world.history import History, is_only_in_other_languages
from marts.world.retention import frozen_with, told_of_enough
from marts.world.wire import Look, Wire

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)
REPORT = Report(zone="UTC", min_group=3)


class Plain:
    """Reads records that are what they say."""

    def posting(self, record: Wire, first_seen: datetime) -> Posting:
        raise NotImplementedError

    def application(self, record: Wire, first_seen: datetime) -> Application:
        stand = self.look(record).stand
        reason = None if stand.status else "employer"
        return Application(
            None, record["id"], NOW, stand.status, stand.stage, stand.kind, reason, reason, None, first_seen)

    def look(self, record: Wire) -> Look:
        stage = record.get("stage", "New")
        return Look({"de": stage}, Stand(stage, stage.lower(), record.get("status", 1)), NOW, record.get("updated"))


def record(name: str, **more: object) -> Wire:
    return {"id": name, **more}


def seen(history: History, name: str) -> list[tuple[Event, ...]]:
    return [known.events for each, known in history.applications.items() if each == name]


def test_a_change_is_seen_when_it_is_read_and_no_sooner() -> None:
    history = History(Plain())
    history.answer([record("a"), record("b")], NOW, None)
    # created before what this run asks for
    history.answer([], NOW + DAY, NOW + DAY)
    history.answer([record("a", stage="Talk", updated=NOW + DAY), record("b")], NOW + 3 * DAY, None)
    (first, change), = seen(history, "a")
    assert (first.is_first_sight, first.occurred, first.previous_observed) == (True, NOW, None)
    assert (change.is_first_sight, change.occurred, change.observed) == (False, NOW + DAY, NOW + 3 * DAY)
    assert change.previous_observed == NOW
    assert (change.before.stage, change.after.stage) == ("New", "Talk")
    assert len(seen(history, "b")[0]) == 1


def test_it_is_read_by_each_run_that_asks_for_its_day() -> None:
    history = History(Plain())
    history.answer([record("a")], NOW, None)
    history.answer([record("a")], NOW + DAY, NOW - DAY)
    history.answer([record("a", status=0)], NOW + 2 * DAY, NOW - DAY)
    change = seen(history, "a")[0][1]
    assert (change.previous_observed, change.occurred) == (NOW + DAY, NOW + 2 * DAY)


def test_what_comes_back_is_no_first_sight() -> None:
    history = History(Plain())
    history.answer([record("a")], NOW, None)
    history.answer([], NOW + DAY, None)
    assert not history.applications
    history.answer([record("a")], NOW + 2 * DAY, None)
    (_, back), = seen(history, "a")
    assert (back.is_first_sight, back.before, back.after) == (False, back.after, back.before)
    assert back.previous_observed == NOW + DAY


def test_who_was_forgotten_does_not_come_back() -> None:
    history = History(Plain())
    history.answer([record("a")], NOW, None)
    history.forget(["a"], REPORT)
    history.answer([record("a")], NOW + DAY, None)
    assert not history.applications


@pytest.mark.parametrize(("before", "now", "is_same"), [
    ({"de": "Neu"}, {"de": "Neu", "en": "New"}, True), ({"de": "Neu", "en": "New"}, {"en": "New"}, True),
    ({"de": "Neu"}, {"en": "New"}, False), ({"de": "Neu", "en": "New"}, {"de": "Neu", "en": "Talk"}, False),
    ({}, {"de": "Neu"}, False), ({}, {}, False),
])
def test_a_stage_in_more_languages_is_the_same(before: dict[str, str], now: dict[str, str], is_same: bool) -> None:
    assert is_only_in_other_languages(before, now) is is_same


def retained(ended: int, there: int) -> History:
    """Some have ended a day later, and are taken a week after that."""
    history = History(Plain())
    names = [f"e{each}" for each in range(ended)] + [f"t{each}" for each in range(there)]
    history.answer([record(each) for each in names], NOW, None)
    later = [record(each, **({"status": 0} if each[0] == "e" else {}), updated=NOW + DAY) for each in names]
    history.answer(later, NOW + 8 * DAY, None)
    history.retain(NOW + 2 * DAY, REPORT)
    return history


@pytest.mark.parametrize(("ended", "there", "city"), [(3, 0, "none"), (1, 2, "none"), (2, 0, "small groups"),
                                                       (1, 1, "small groups")])
def test_retention_counts_those_it_takes_with_those_who_stay(ended: int, there: int, city: str) -> None:
    history = retained(ended, there)
    assert len(history.applications) == there
    assert [(each.city, each.applications, each.weeks, each.outcome) for each in history.frozen] == [
        (city, ended, 0, "rejected")]


def test_who_is_forgotten_leaves_the_others_too_few() -> None:
    history = retained(1, 2)
    history.forget(["t0"], REPORT)
    assert [each.city for each in history.frozen] == ["small groups"]


def test_nothing_is_taken_twice() -> None:
    history = retained(3, 0)
    history.answer([record("e0", status=0)], NOW + 9 * DAY, None)
    history.retain(NOW + 9 * DAY, REPORT)
    assert sum(each.applications for each in history.frozen) == 3
    facts = history.facts(REPORT)
    assert frozen_with(history.frozen, facts, []) == told_of_enough(history.frozen, facts) == history.frozen
