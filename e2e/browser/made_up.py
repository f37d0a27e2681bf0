"""Made-up applications to made-up postings. Every person in them is invented, and none has a name."""

import datetime
import random
from collections.abc import Sequence
from typing import NamedTuple

ENDS = ("hired", "rejected", "withdrawn", "other")
STAGES = ("applied", "shortlisted", "phone_screen", "interview", "offer", "hired")
REASONS = (
    ("employer", "Qualifikation passt nicht", 40), ("employer", "Andere Person ausgewählt", 30),
    ("filled", "Stelle ist besetzt", 15), ("employer", "Sprachkenntnisse fehlen", 8), ("none", "none", 6),
    ("other", "Sonstiges", 2),
)
WITHDRAWN = (("candidate", "Anderes Angebot angenommen", 6), ("candidate", "Gehalt", 3), ("candidate", "Arbeitsweg", 1))
# with how often each of them is where somebody comes from
SOURCES = (("Karriereseite", 40), ("Indeed", 24), ("StepStone", 15), ("LinkedIn", 9), ("Empfehlung", 8), ("other", 3))
CITIES = (("Köln", "DE", 9), ("Bonn", "DE", 5), ("Leverkusen", "DE", 3), ("Venlo", "NL", 2), ("none", "none", 1))
DEPARTMENTS = (
    "Intensivstation", "Notaufnahme", "Radiologie", "Kinderklinik", "Chirurgie", "Geriatrie", "OP-Dienst", "Verwaltung",
)
TITLES = (
    "Pflegefachkraft (m/w/d)", "Assistenzarzt Innere Medizin (m/w/d)", "Medizinische Schreibkraft (m/w/d)",
    "Physiotherapeut (m/w/d)", "MTRA Radiologie (m/w/d)", "Hebamme (m/w/d)", "Oberarzt Anästhesie (m/w/d)",
    "Sachbearbeitung Patientenaufnahme (m/w/d)", "OTA (m/w/d)", "Pflegehilfskraft (m/w/d)",
)


class Posting(NamedTuple):
    """A vacancy as it is on the last day."""

    title: str
    department: str = "none"
    city: str = "none"
    country: str = "none"
    kind: str = "job"
    since: datetime.date | None = None
    days_online: int = 0
    is_published: bool = True
    is_removed: bool = False
    deadline: datetime.date | None = None


class Application(NamedTuple):
    """As it is on the last day. `days`: until it ended, or is told of; None where nobody saw when. `posting` is None
    for those who have applied for nothing that is posted."""

    created: datetime.date
    posting: Posting | None
    source: str = "other"
    outcome: str = "open"
    days: int | None = 0
    stage: str = "applied"
    reason: tuple[str, str] = ("none", "none")

    @property
    def ended(self) -> datetime.date | None:
        if self.outcome == "open" or self.days is None:
            return None
        return self.created + datetime.timedelta(self.days)


class World(NamedTuple):
    """What a bundle is made of. `as_of` is None where no window of applications was read."""

    as_of: datetime.datetime | None
    begins: datetime.date | None
    postings: Sequence[Posting]
    applications: Sequence[Application]
    compares: bool = False

    @property
    def last_day(self) -> datetime.date | None:
        return self.as_of.date() if self.as_of else None


def chosen(dice: random.Random, weighed: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    """One of these, whose last members say how often."""
    return dice.choices(weighed, [int(str(each[-1])) for each in weighed])[0]


def hospital(
    as_of: datetime.datetime, seed: int = 1, weeks: int = 80, a_week: int = 62, compares: bool = False,
) -> World:
    """A year and a half of a hospital with a few sites."""
    dice, last = random.Random(seed), as_of.date()
    begins = last - datetime.timedelta(7 * weeks + last.weekday())
    postings = [posting(dice, begins, last, number) for number in range(64)]
    popularity = [1 / (1 + dice.random() * 12) for _ in postings]
    applications = []
    for day in (begins + datetime.timedelta(number) for number in range((last - begins).days + 1)):
        season = 0.75 if day.month in (7, 8, 12) else 1.1
        busy = (1.35, 1.3, 1.2, 1.0, 0.9, 0.5, 0.75)[day.weekday()]
        so_far = 0.4 if day == last else 1.0
        expected = a_week / 7 * season * busy * so_far * dice.uniform(0.6, 1.4)
        liked = zip(postings, popularity, strict=True)
        online = [weight if (each.since or begins) <= day else 0.0 for each, weight in liked]
        for _ in range(round(expected)):
            on = dice.choices(postings, online)[0] if sum(online) and dice.random() > 0.02 else None
            applications.append(application(dice, day, last, on))
    return World(as_of, begins, postings, applications, compares)


def posting(dice: random.Random, begins: datetime.date, last: datetime.date, number: int) -> Posting:
    city, country, _ = chosen(dice, CITIES)
    age = dice.randint(2, (last - begins).days)
    is_open = dice.random() < 0.6
    department = DEPARTMENTS[min(number % 11, 7)]
    return Posting(
        "Initiativbewerbung" if number == 7 else TITLES[number % len(TITLES)], department, str(city), str(country),
        "talent_pool" if number == 7 else "job", last - datetime.timedelta(age), age if is_open else max(1, age // 3),
        is_open, not is_open and dice.random() < 0.3,
        last + datetime.timedelta(dice.randint(-12, 60)) if dice.random() < 0.7 else None,
    )


def application(
    dice: random.Random, created: datetime.date, last: datetime.date, on: Posting | None
) -> Application:
    outcome = dice.choices((*ENDS, "open"), (7, 66, 15, 2, 10))[0]
    mean = {"hired": 38, "rejected": 15, "withdrawn": 19, "other": 30, "open": 400}[outcome]
    days = round(dice.gammavariate(2.2, mean / 2.2))
    stage = STAGES[5] if outcome == "hired" else dice.choices(STAGES[:5], (52, 20, 12, 12, 4))[0]
    source = str(chosen(dice, SOURCES)[0])
    if created + datetime.timedelta(days) > last or outcome == "open":
        return Application(created, on, source, "open", (last - created).days, min(stage, "offer", key=STAGES.index))
    if dice.random() < 0.04:
        return Application(created, on, source, outcome, None, stage)
    reason = ("none", "none")
    if outcome in ("rejected", "withdrawn"):
        kind, said, _ = chosen(dice, REASONS if outcome == "rejected" else WITHDRAWN)
        reason = (str(kind), str(said))
    return Application(created, on, source, outcome, days, stage, reason)


def group(as_of: datetime.datetime, count: int) -> World:
    """So many applications of one city and month, all of which have ended."""
    day = as_of.date() - datetime.timedelta(60)
    on = Posting("Pflegefachkraft (m/w/d)", "Notaufnahme", "Köln", "DE", since=day, days_online=60)
    ends = ("hired", "rejected", "rejected", "withdrawn", "hired")
    applications = [
        Application(day, on, "Indeed", ends[at % 5], 9 + at, "hired" if ends[at % 5] == "hired" else "interview",
                    ("none", "none") if ends[at % 5] == "hired" else ("employer", "Stelle ist besetzt"))
        for at in range(count)
    ]
    return World(as_of, day - datetime.timedelta(40), [on], applications)


def with_a_quiet_week(as_of: datetime.datetime) -> World:
    """Nobody applied in the week before the last full one, nor for anything before that for long."""
    world = hospital(as_of, 3, 12, 20)
    last = as_of.date()
    monday = last - datetime.timedelta(last.weekday() + 14)
    heard = [each for each in world.applications if not 0 <= (each.created - monday).days < 7]
    return world._replace(applications=heard)
