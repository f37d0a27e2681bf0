"""What to know before believing the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from marts.expected.applications import folded
from marts.expected.careers import careers
from marts.expected.durations import frozen_ones
from marts.expected.facts import NONE, Application, Facts, Row
from marts.expected.postings import applied, dim_posting, per_posting
from marts.expected.renames import renames

LATE = timedelta(hours=48)
HOUR = timedelta(hours=1)


def data_quality(facts: Facts) -> list[Row]:
    there = facts.applications
    # of others it is not told elsewhere, and what is missing in a sum would tell
    told = {row["vacancy_id"] for row in per_posting(facts) if row["hired"] is not None}
    by_source: Counter[str] = Counter()
    for group, count in folded(facts).items():
        by_source[group.source] += count
    counts = {
        "applications": len(there),
        "applications_before_history": sum(is_before(facts, each) for each in there),
        "applications_after_as_of": sum(is_after(facts, each) for each in there),
        "applications_without_vacancy": sum(each.vacancy is None for each in there),
        "applications_with_unknown_vacancy": sum(
            each.vacancy is not None and each.vacancy not in facts.by_vacancy for each in there
        ),
        "applications_without_history": sum(not each.events for each in there),
        "applications_back_filled": sum(gap(each) > LATE for each in there),
        "stage_not_listed": sum(each.stage is not None and each.stage_kind is None for each in there),
        "reason_not_listed": sum(
            each.reason is not None and each.reason_kind == "other"
            for vacancy, mine in applied(facts).items() if vacancy in told
            for each in mine
        ),
        "source_not_listed": by_source["other"],
        "source_unknown": by_source[NONE],
        "applications_forgotten": sum(each.applications for each in frozen_ones(facts)),
        "end_unknown": sum(each.outcome != "open" and each.ended_at is None for each in careers(facts)),
    }
    gaps = sorted(max(0, gap(each) // HOUR) for each in there)
    changes = sorted(change_gaps(facts))
    vacancies = [row for row in dim_posting(facts) if row["vacancy_id"] != NONE]
    others = {
        "first_seen_gap_hours_p50": nearest_rank(gaps, 50), "first_seen_gap_hours_p95": nearest_rank(gaps, 95),
        "change_gap_hours_p50": nearest_rank(changes, 50), "change_gap_hours_p95": nearest_rank(changes, 95),
        "stages_renamed": len(renames(facts)), "postings_removed": sum(row["is_removed"] is True for row in vacancies),
        "postings_without_place": sum(row["city"] == NONE for row in vacancies),
    }
    shares = {name: 1000 * value // len(there) if there else None for name, value in counts.items()}
    return [
        {"check_name": name, "value": value, "share_per_mille": shares.get(name)}
        for name, value in {**counts, **others}.items()
    ]


def gap(application: Application) -> timedelta:
    """How long after its creation it was seen. The first event says so by the source's own clock."""
    seen = application.events[0].observed if application.events else application.first_seen
    return seen - application.created


def change_gaps(facts: Facts) -> Iterator[int]:
    """Whole hours within which each move was made."""
    for each in careers(facts):
        for move in each.moves:
            if move.event.previous_observed is not None:
                yield max(0, (move.event.observed - move.event.previous_observed) // HOUR)


def is_before(facts: Facts, application: Application) -> bool:
    begins = facts.history_begins_on
    return begins is not None and facts.civil(application.created) < begins


def is_after(facts: Facts, application: Application) -> bool:
    return facts.as_of_on is None or facts.civil(application.created) > facts.as_of_on


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that is not below so many of a hundred; 0 of nothing."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else 0
