"""What to know before believing the rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from expected.applications import folded
from expected.facts import NONE, Application, Facts, Row
from expected.postings import applied, dim_posting, per_posting

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
        "applications_without_history": sum(not each.has_history for each in there),
        "applications_back_filled": sum(each.first_seen - each.created > LATE for each in there),
        "stage_not_listed": sum(each.has_stage and each.stage_kind is None for each in there),
        "reason_not_listed": sum(
            each.has_reason and each.reason_kind == "other"
            for vacancy, mine in applied(facts).items() if vacancy in told
            for each in mine
        ),
        "source_not_listed": by_source["other"],
        "source_unknown": by_source[NONE],
    }
    gaps = sorted(max(0, (each.first_seen - each.created) // HOUR) for each in there)
    vacancies = [row for row in dim_posting(facts) if row["vacancy_id"] != NONE]
    others = {
        "first_seen_gap_hours_p50": nearest_rank(gaps, 50), "first_seen_gap_hours_p95": nearest_rank(gaps, 95),
        "postings_removed": sum(row["is_removed"] is True for row in vacancies),
        "postings_without_place": sum(row["city"] == NONE for row in vacancies),
    }
    shares = {name: 1000 * value // len(there) if there else None for name, value in counts.items()}
    return [
        {"check_name": name, "value": value, "share_per_mille": shares.get(name)}
        for name, value in {**counts, **others}.items()
    ]


def is_before(facts: Facts, application: Application) -> bool:
    begins = facts.history_begins_on
    return begins is not None and facts.civil(application.created) < begins


def is_after(facts: Facts, application: Application) -> bool:
    return facts.as_of_on is None or facts.civil(application.created) > facts.as_of_on


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that is not below so many of a hundred; 0 of nothing."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else 0
