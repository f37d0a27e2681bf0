"""What records of Emply's v1 API say, read as its contract is: of a tidy world, whose every form is in there."""

import json
import re
import urllib.request
from collections.abc import Sequence
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from marts.expected.facts import Application, Posting, Stand
from marts.world.vocabulary import Vocabulary
from toolbox.mock import Mock
from toolbox.programs import DIRECT, Failed

Wire = dict[str, Any]


class Look(NamedTuple):
    """What of an application's record makes an event: its stage by locale, where it stands, and since when at most."""

    stages: dict[str, str]
    stand: Stand
    created: datetime
    updated: datetime | None


MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
PREFERRED = ("de", "en")
COUNTRIES = {"Deutschland": "DE", "Nederland": "NL", "Danmark": "DK", "United Kingdom": "GB"}
# codes that only one country has: where an address names none, its code does
CODES = {re.compile(r"\d{4} [A-Z]{2}"): "NL", re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"): "GB"}
ZONES = {"W. Europe Standard Time": "Europe/Berlin", "Romance Standard Time": "Europe/Paris",
         "GMT Standard Time": "Europe/London"}


def instant(text: str) -> datetime:
    """Cut off after microseconds; without a zone it is UTC."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", text)
    if not found:
        raise ValueError(f"not a date-time: {text!r}")
    fraction, zone = (found[2] or "").ljust(6, "0")[:6], found[3] or "Z"
    read = datetime.fromisoformat(f"{found[1]}.{fraction}{zone.replace('Z', '+00:00')}")
    return read.astimezone(timezone.utc)


def texts(localization: Any) -> dict[str, str]:
    """By locale, those that are no blanks."""
    entries = (localization or {}).get("localization") or []
    return {each["locale"]: " ".join(each["value"].split()) for each in entries if (each["value"] or "").strip()}


def in_order(locales: Any) -> list[str]:
    """German first, then English, then the others."""
    def place(locale: str) -> tuple[int, str]:
        language = locale.split("-", maxsplit=1)[0]
        return (PREFERRED.index(language) if language in PREFERRED else len(PREFERRED), locale)

    return sorted(locales, key=place)


def label(localization: Any) -> str | None:
    found = texts(localization)
    return next((found[locale] for locale in in_order(found)), None)


def labels(localization: Any) -> list[str]:
    found = texts(localization)
    return [found[locale] for locale in in_order(found)]


def title(posting: Wire) -> str:
    """In the first language in which there is an advertisement as well."""
    ads = sorted(posting["advertisements"], key=lambda each: not each["isDefault"])
    written = {locale for ad in ads for locale in texts(ad["content"])}
    for locale in in_order(written):
        for titles in (*(texts(ad["title"]) for ad in ads), texts(posting["title"])):
            if locale in titles:
                return titles[locale]
    return label(posting["title"]) or ""


def place(posting: Wire) -> tuple[str | None, str | None]:
    """City and country of `street, code, city[, country]`."""
    address = (posting["location"] or {}).get("address")
    if not address:
        return None, None
    parts = [part.strip() for part in address.split(",")]
    by_code = next((country for form, country in CODES.items() if form.fullmatch(parts[1])), None)
    return parts[2], COUNTRIES[parts[3]] if len(parts) > 3 else by_code


def deadline(posting: Wire) -> datetime | None:
    if posting["deadlineUTC"]:
        return instant(posting["deadlineUTC"])
    if not posting["deadline"]:
        return None
    named: str = posting["timeZone"]
    zone = ZoneInfo(ZONES.get(named, named)) if named else timezone.utc
    return instant(posting["deadline"]).replace(tzinfo=zone).astimezone(timezone.utc)


def person(application: Wire) -> str:
    """Who applied: by the source's id, else by address and name together, else nobody but this application."""
    if application["candidateId"]:
        return f"id {application['candidateId']}"
    known = [" ".join((application[name] or "").split()).lower() for name in ("email", "firstName", "lastName")]
    if known[0] and (known[1] or known[2]):
        return "person " + sha256("\0".join(known).encode()).hexdigest()
    return f"application {application['id']}"


def source(application: Wire) -> list[str]:
    """Its labels, in whichever of the two shapes they come."""
    found = application["source"]
    if not found:
        return []
    return [found["name"]] if "name" in found else labels(found["title"])


class Tidy:
    """Reads the records of a tidy world."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def posting(self, record: Wire, first_seen: datetime) -> Posting:
        city, country = place(record)
        department = record["department"] or {}
        return Posting(
            record["vacancyId"], record["mediaId"], record["jobId"], record["type"], record["stage"], title(record),
            department.get("id"), label(department.get("title")), city, country, instant(record["created"]),
            instant(record["edited"]), deadline(record), first_seen,
        )

    def application(self, record: Wire, first_seen: datetime) -> Application:
        stages, reasons = labels(record["stage"]), labels(record["disqualifyReason"])
        return Application(
            record["vacancyId"], person(record), instant(record["created"]), record["status"],
            *self.vocabulary.kinds(stages, reasons, source(record)), first_seen,
        )

    def look(self, record: Wire) -> Look:
        stand = self.vocabulary.stand(labels(record["stage"]), record["status"])
        updated = instant(record["updated"]) if record["updated"] else None
        return Look(texts(record["stage"]), stand, instant(record["created"]), updated)


def post(world: Mock, path: str, records: Sequence[Wire]) -> None:
    """Puts records of our own into the world."""
    for record in records:
        request = urllib.request.Request(
            world.url + path, json.dumps(record).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with DIRECT.open(request, timeout=60):
                pass
        except OSError as problem:
            raise Failed(f"mock-api would not take {record}: {problem}") from problem
