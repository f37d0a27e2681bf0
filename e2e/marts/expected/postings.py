"""Vacancies, what was applied for, and where."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from marts.expected.facts import NONE, Application, Facts, Posting, Row, Sight, at, on, speaker, type_name

DAY = timedelta(days=1)
ENDS = ("hired", "rejected", "withdrawn")


def dim_posting(facts: Facts) -> list[Row]:
    sights: dict[str, list[Sight]] = defaultdict(list)
    for sight in facts.sights:
        sights[sight.vacancy].append(sight)
    return [
        described(facts, vacancy, postings, sights[vacancy]) for vacancy, postings in facts.by_vacancy.items()
    ] + [{
        "vacancy_id": NONE, "job_id": None, "posting_type": NONE, "title": NONE, "department_id": None,
        "department": NONE, "city": NONE, "country": NONE, "created_on": None, "edited_on": None, "deadline_on": None,
        "first_seen_on": None, "is_published": False, "is_removed": False, "media": 0, "published_on": None,
        "is_published_on_exact": None, "days_online": 0,
    }]


def described(facts: Facts, vacancy: str, postings: Sequence[Posting], sights: Sequence[Sight]) -> Row:
    it = speaker(postings)
    deadlines = [each.deadline for each in postings if each.deadline]
    online = [each for each in sights if each.is_published]
    # two media at once: where it was online already when it was first seen in one of them, nobody knows since when
    first = min(online, key=lambda each: (each.observed, not each.is_first), default=None)
    return {
        "vacancy_id": vacancy, "job_id": it.job_id, "posting_type": type_name(it), "title": it.title,
        "department_id": it.department_id, "department": it.department or NONE, "city": it.city or NONE,
        "country": it.country or NONE, "created_on": on(facts.civil(min(each.created for each in postings))),
        "edited_on": on(facts.civil(max(each.edited for each in postings))),
        "deadline_on": on(facts.civil(max(deadlines))) if deadlines else None,
        "first_seen_on": on(facts.civil(min(each.first_seen for each in postings))),
        "is_published": any(each.is_published for each in postings),
        "is_removed": all(each.is_removed for each in postings), "media": len(postings),
        "published_on": on(facts.civil(first.observed)) if first else None,
        "is_published_on_exact": not first.is_first if first else None,
        "days_online": len(online_days(facts, sights)),
    }


def online_days(facts: Facts, sights: Sequence[Sight]) -> set[date]:
    """Days on which it was online in any medium; the day on which it went on or off is one of them."""
    found: set[date] = set()
    if facts.as_of_on is None:
        return found
    for medium in {each.medium for each in sights}:
        since: date | None = None
        for sight in sorted((each for each in sights if each.medium == medium), key=lambda each: each.number):
            day = facts.civil(sight.observed)
            if sight.is_published:
                since = day if since is None else since
            elif since is not None:
                found |= stretch(since, day)
                since = None
        if since is not None:
            found |= stretch(since, facts.as_of_on)
    return {day for day in found if day <= facts.as_of_on}


def stretch(first: date, last: date) -> set[date]:
    return {first + each * DAY for each in range((last - first).days + 1)}


def applied(facts: Facts) -> dict[str, list[Application]]:
    """By vacancy, or none."""
    found: dict[str, list[Application]] = {vacancy: [] for vacancy in (*facts.by_vacancy, NONE)}
    for application in facts.applications:
        found[facts.row_of(application)].append(application)
    return found


def lately(facts: Facts, applications: Sequence[Application], days: int) -> int:
    """How many were created on the day of as_of, or the days before it."""
    if facts.as_of_on is None:
        return 0
    ages = ((facts.as_of_on - facts.civil(each.created)).days for each in applications)
    return sum(0 <= age < days for age in ages)


def per_posting(facts: Facts) -> list[Row]:
    there = applied(facts)
    sizes = [len(there[vacancy]) for vacancy in facts.by_vacancy]
    found = []
    for row in dim_posting(facts):
        vacancy = str(row["vacancy_id"])
        mine, postings = there[vacancy], facts.by_vacancy.get(vacancy, [])
        instants = [each.created for each in mine]
        deadlines = [each.deadline for each in postings if each.deadline]
        kept = ("vacancy_id", "job_id", "title", "department_id", "media", "is_published", "is_removed")
        found.append({
            **{column: row[column] for column in kept}, **described_as_before(postings),
            "created_at": at(min((each.created for each in postings), default=None)),
            "edited_at": at(max((each.edited for each in postings), default=None)),
            "deadline_at": at(max(deadlines, default=None)), "applications": len(mine),
            "candidates": len({each.candidate for each in mine}),
            "first_application_at": at(min(instants, default=None)),
            "last_application_at": at(max(instants, default=None)),
            "applications_last_7_days": lately(facts, mine, 7), "applications_last_28_days": lately(facts, mine, 28),
            "rank": None if vacancy == NONE else 1 + sum(size > len(mine) for size in sizes),
            "first_application_on": on(facts.civil(min(instants))) if instants else None,
            "last_application_on": on(facts.civil(max(instants))) if instants else None,
            **outcomes(facts, mine),
        })
    return found


def described_as_before(postings: Sequence[Posting]) -> Row:
    """Null where something is missing, unlike in dim_posting."""
    if not postings:
        return {"department": None, "city": None, "country": None, "posting_type": NONE}
    it = speaker(postings)
    posting_type = None if it.type_number is None else type_name(it)
    return {"department": it.department, "city": it.city, "country": it.country, "posting_type": posting_type}


def outcomes(facts: Facts, applications: Sequence[Application]) -> Row:
    """What became of them, where that gives nobody away: there are enough, and not all of them ended alike."""
    ends = Counter(each.end for each in applications)
    turned_down = sum(each.reason is not None for each in applications)
    counts: Row = {
        "active_applications": sum(each.status == 1 for each in applications),
        "disqualified_applications": turned_down,
        **{end: ends[end] for end in ENDS},
    }
    people = len({each.candidate for each in applications})
    few = 0 < min(len(applications), people) < facts.report.min_group
    alike = max(turned_down, *(ends[end] for end in ENDS)) == len(applications)
    is_over = not any(each.status == 1 for each in applications)
    if few or (applications and (alike or is_over)):
        return dict.fromkeys(counts)
    return counts


def folded(name: str) -> str:
    """As names of cities are compared."""
    return squeezed(name).lower()


def squeezed(name: str) -> str:
    return " ".join(name.split())


def by_location(facts: Facts) -> list[Row]:
    there = applied(facts)
    members: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in dim_posting(facts):
        members[folded(str(row["city"])), str(row["country"])].append(row)
    sizes = {
        place: sum(len(there[str(row["vacancy_id"])]) for row in rows) for place, rows in members.items()
    }
    found: list[Row] = []
    for (city, country), rows in members.items():
        vacancies = [row for row in rows if row["vacancy_id"] != NONE]
        mine = [each for row in rows for each in there[str(row["vacancy_id"])]]
        is_nowhere = (city, country) == (NONE, NONE)
        more = sum(size > len(mine) for place, size in sizes.items() if place != (NONE, NONE))
        found.append({
            "city": shown(Counter(squeezed(str(row["city"])) for row in rows)), "country": country,
            "open_postings": sum(row["is_published"] is True for row in vacancies), "postings": len(vacancies),
            "applications": len(mine), "applications_last_28_days": lately(facts, mine, 28),
            "rank": None if is_nowhere else 1 + more,
        })
    return found


def shown(spellings: "Counter[str]") -> str:
    """The one that most have, then the smallest."""
    return min(spellings, key=lambda name: (-spellings[name], name.encode()))
