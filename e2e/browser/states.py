"""Worlds that a dashboard has to tell of, each on a server of its own: usual ones, and those at the edge."""

import contextlib
import datetime
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from browser.expected_outcomes import expected, questions
from browser.made_up import Application, Posting, World, group, hospital, with_a_quiet_week
from browser.marts import DAY, Marts, marts, write
from bundle.ending import ending
from handover import hand_over, tell
from toolbox.programs import Server, serving

FAILED_TESTS = [
    "not_null_fct_funnel_department", "unique_dim_posting_vacancy_id", "sum_of_parts_fct_applications_daily",
]
SCRIPT = "<script>document.title='taken'</script>"
HOSTILE = (
    SCRIPT, "\"><img src=x onerror=\"document.title='taken'\">", "' onmouseover='document.title=1",
    "</title></svg>" + SCRIPT, "a \" b", "=HYPERLINK(\"http://example.org\")", "+49 30 1", "-2+3", "@SUM(A1)", "\t=1+1",
    "\uff1d1", "&lt;b&gt; &amp; &#60;",
    "a\u0007b\u001bc\u0085d", "abc\u202edef\u2066ghi", "\u200b\u200d\ufeff", "{{7*7}} ${7*7}", "Zz" + "\u0301" * 60,
    "long " * 2000, "x" * 10_000, "https://example.org/" + "y" * 300, "line\nbreak, \"quoted\"; semi",
)


class Shown(NamedTuple):
    """`world` is made on the server's own day; `then` goes on with the server when its bundle was handed over.
    `is_asked`: whether its tables are held against the marts."""

    world: Callable[[datetime.datetime], World] | None
    then: Callable[[Server, str, Path], None] | None = None
    is_asked: bool = False


def fails(server: Server, token: str, _place: Path) -> None:
    error = "3 of 338 data tests failed, so nothing was handed over"
    tell(server.url, token, ending(now(), error, FAILED_TESTS, []))


def warns(server: Server, token: str, _place: Path) -> None:
    tell(server.url, token, ending(now(), None, [], ["freshness of export_run", "stages_renamed"]))


def breaks(server: Server, token: str, place: Path) -> None:
    """The last bundle has a mart of another version."""
    files = write(marts(hospital(now(), 2, 8, 20)), place / "other")
    mart = files["data/fct_funnel.json"]
    mart.write_text(mart.read_text().replace('{"version":2', '{"version":99', 1))
    hand_over(server.url, token, files)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def nobody(as_of: datetime.datetime) -> World:
    return World(as_of, as_of.date() - 100 * DAY, [Posting("Hebamme (m/w/d)", since=as_of.date() - 9 * DAY)], [])


def hostile(as_of: datetime.datetime) -> World:
    """Names that somebody typed in to do harm."""
    day = as_of.date() - 40 * DAY
    postings = [
        Posting(text, HOSTILE[-1 - at], HOSTILE[at - 3][:500], "DE", since=day, days_online=40)
        for at, text in enumerate(HOSTILE)
    ]
    applications = [
        Application(day + (number % 30) * DAY, each, HOSTILE[(at + 5) % len(HOSTILE)], "rejected", 5, "interview",
                    ("employer", HOSTILE[at]))
        for at, each in enumerate(postings) for number in range(6 + len(postings) - at)
    ]
    return World(as_of, day - 60 * DAY, postings, applications, compares=True)


SHOWN: dict[str, Shown] = {
    "hospital": Shown(hospital, is_asked=True),
    "compared": Shown(lambda as_of: hospital(as_of, 5, 40, 30, compares=True), is_asked=True),
    "small": Shown(lambda as_of: hospital(as_of, 9, 9, 9, compares=True), is_asked=True),
    "none": Shown(None),
    "failed-first": Shown(None, fails),
    "empty": Shown(lambda _as_of: World(None, None, [], []), is_asked=False),
    "nobody": Shown(nobody),
    "one": Shown(lambda as_of: group(as_of, 1), is_asked=True),
    "four": Shown(lambda as_of: group(as_of, 4), is_asked=True),
    "five": Shown(lambda as_of: group(as_of, 5), is_asked=True),
    "quiet-week": Shown(with_a_quiet_week, is_asked=True),
    "failed": Shown(lambda as_of: hospital(as_of, 2, 30, 40), fails),
    "warned": Shown(lambda as_of: hospital(as_of, 2, 30, 40), warns),
    "stale-40": Shown(lambda as_of: hospital(as_of - datetime.timedelta(hours=40), 2, 30, 40)),
    "stale-80": Shown(lambda as_of: hospital(as_of - datetime.timedelta(hours=80), 2, 30, 40)),
    "unreadable": Shown(None, breaks),
    "unreadable-later": Shown(lambda as_of: hospital(as_of, 2, 30, 40), breaks),
    "hostile": Shown(hostile, is_asked=False),
}


def all_shown(
    stack: contextlib.ExitStack, program: str, store: str, place: Path, names: Iterable[str] = tuple(SHOWN),
) -> dict[str, dict[str, Any]]:
    """A server for each, by its name: where it is, and what it has to say."""
    return {name: stack.enter_context(one_shown(name, SHOWN[name], program, store, place)) for name in names}


@contextlib.contextmanager
def one_shown(name: str, shown: Shown, program: str, store: str, place: Path) -> Iterator[dict[str, Any]]:
    with reports(name, program, store, place) as (server, token):
        of = None
        if shown.world:
            of = marts(shown.world(now()))
            hand_over(server.url, token, write(of, place / name / "bundle"))
        if shown.then:
            shown.then(server, token, place / name)
        yield told(server.url, of if shown.is_asked else None)


@contextlib.contextmanager
def reports(name: str, program: str, store: str, place: Path) -> Iterator[tuple[Server, str]]:
    """The service, and its token."""
    token, folder = secrets.token_hex(16), place / name
    (folder / "reports").mkdir(parents=True)
    settings = {
        "DATABASE_URL": store, "REPORTS_DIR": str(folder / "reports"), "REPORTS_TOKEN": token,
        "REPORTS_LISTEN": "127.0.0.1:0",
    }
    with serving("reports", program, settings, folder / "reports.log") as server:
        yield server, token


def told(url: str, of: Marts | None) -> dict[str, Any]:
    return {"url": url, "asked": [expected(of, question) for question in questions(of)] if of else []}
