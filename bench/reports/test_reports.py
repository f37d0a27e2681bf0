"""What bench/reports asks of both, and how it judges them. Run: python3 -m pytest bench."""

import datetime
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.asking import Asker, each, ranked
from reports.charts import WEEKLY, Page, datasets
from reports.dashboard import Asked
from reports.judging import Ours, Pages, Theirs, hold_against_each_other, verdict, weeks_of
from reports.questions import Question, World, by_city, by_period, many, world
from reports.superset_server import THREADS, PageOfCharts
from toolbox.programs import Failed

WORLD = World(datetime.date(2026, 7, 1), ["Aachen", "Bonn", "Köln"], ["Agency", "Career site"])


class Handler(http.server.BaseHTTPRequestHandler):
    """Says what it was asked for; hangs up when it was asked to."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = 404 if self.path == "/nowhere" else 200
        body = self.path.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def asker() -> Iterator[Asker]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Asker("the server", f"127.0.0.1:{server.server_address[1]}")
        server.shutdown()


def test_answers_come_in_the_order_of_the_questions(asker: Asker) -> None:
    paths = [f"/{number}" for number in range(40)]
    for at_once in (1, 4):
        answers, seconds = each(paths, asker.ask, at_once)
        assert [answer.body.decode() for answer in answers] == paths
        assert all(0 < answer.seconds <= seconds for answer in answers)


def test_another_answer_than_a_good_one_fails_by_name(asker: Asker) -> None:
    with pytest.raises(Failed, match="the server answered /nowhere with 404"):
        asker.ask("/nowhere")
    # the connection is still good
    assert asker.ask("/here").sent == len("/here")


@pytest.mark.parametrize(("values", "of_100", "wanted"), [
    ([3.0], 99, 3.0), ([1.0, 2.0], 50, 1.0), ([5.0, 1.0, 3.0], 50, 3.0), ([*range(1, 101)], 99, 99.0),
    ([*range(1, 401)], 99, 396.0), ([*range(1, 41)], 99, 40.0),
])
def test_ranks_are_the_nearest(values: list[float], of_100: float, wanted: float) -> None:
    assert ranked(values, of_100) == wanted


def test_questions_differ_and_are_the_same_each_time() -> None:
    found = many(WORLD, 100)
    assert len(set(found)) == 100
    assert found == many(WORLD, 100)
    assert all(question.city for question in found)
    assert Question("Köln", None, posting_type="job").query() == "period=all&city=K%C3%B6ln&type=job&lang=de"


def test_what_is_no_city_is_no_filter(tmp_path: Path) -> None:
    day = {"as_of_on": {"type": "date", "dictionary": ["2026-07-01"], "values": [0]}}
    (tmp_path / "export_run.json").write_text(json.dumps({"columns": day}))
    found = world(tmp_path, {"city": ["Bonn", "none"], "source": ["Agency", "other", "small groups"]})
    assert found == (datetime.date(2026, 7, 1), ["Bonn"], ["Agency"])


def names(question: Question) -> set[str]:
    return {chart.name for chart in Page(WORLD, question).charts()}


def test_a_page_has_the_charts_that_ours_has() -> None:
    everything = names(by_period(1)[0])
    assert len(everything) == 17
    assert everything - names(by_city(WORLD, 1)[0]) == {
        "open applications", "ended in four weeks", "funnel", "ended", "times to hire", "open by age", "reasons",
    }
    assert names(Question(source="Agency")) == {"last full week", WEEKLY, "daily", "sources", "quality"}


def test_each_chart_has_a_dataset_and_its_filters() -> None:
    known = datasets(Path("marts"))
    for chart in Page(WORLD, Question("Bonn")).charts():
        assert chart.dataset in known
        cities = [each["val"] for each in chart.query["filters"] if each["col"] == "city"]
        assert cities == ([] if chart.cut_by is None else ["Bonn"]), chart.name


def test_weeks_are_the_full_ones_and_the_current_one() -> None:
    [weekly] = [chart for chart in Page(WORLD, Question(weeks=4)).charts() if chart.name == WEEKLY]
    # 1 July 2026 is a Wednesday
    assert weekly.query["filters"] == [
        {"col": "week_start", "op": "TEMPORAL_RANGE", "val": "2026-06-01 : 2026-07-02"}
    ]
    [ended] = [chart for chart in Page(WORLD, Question()).charts() if chart.name == "ended in four weeks"]
    assert ended.query["filters"][0]["val"] == "2026-06-01 : 2026-06-29"


def test_a_folder_with_a_quote_is_no_end_of_a_text() -> None:
    assert "read_parquet('it''s/fct_funnel.parquet')" in datasets(Path("it's"))["mature"]


def test_weeks_of_superset_are_read_by_their_mondays() -> None:
    assert weeks_of({WEEKLY: [{"week_start": 1782691200000, "applications": 7}]}) == {"2026-06-29": 7}


def asked(milliseconds: float, sent: int = 20_000, plain: int = 120_000, count: int = 300) -> Asked:
    return Asked([milliseconds / 1000] * count, [sent] * count, [plain] * count)


def ours(
    milliseconds: float = 10, peak: float = 30, start: float = 0.5, plain: int = 120_000, data: int = 7_000_000,
) -> Ours:
    usual = asked(milliseconds, plain=plain)
    same = {"of a city": usual, "of all": asked(20, 24_000, 140_000)}
    return Ours(start, {1: usual, THREADS: usual}, same, (1_000, 2_000), peak, data, [])


def theirs(seconds: float = 2, sent: int = 400_000, scripts: int = 6_000_000) -> Theirs:
    page = PageOfCharts(seconds, sent, 4 * sent, {})
    kept = page._replace(seconds=seconds / 10)
    kinds = ("of a city", "of all")
    measured = [Pages(kind, 1, is_anew, [each]) for kind in kinds for is_anew, each in ((True, page), (False, kept))]
    return Theirs(page, measured, scripts, 700)


def test_the_two_have_to_count_the_same() -> None:
    page = PageOfCharts(1, 1, 1, {WEEKLY: [{"week_start": 1782691200000, "applications": 7}]})
    others = theirs()._replace(measured=[Pages("of a city", 1, True, [page])])
    hold_against_each_other(ours()._replace(weeks=[{"2026-06-29": 7}]), others)
    with pytest.raises(Failed, match="count otherwise"):
        hold_against_each_other(ours()._replace(weeks=[{"2026-06-29": 8}]), others)
    # a page that stands in for ours has no weeks
    hold_against_each_other(ours()._replace(weeks=[None]), others)


@pytest.mark.parametrize(("own", "others", "failing"), [
    (ours(), theirs(), None),
    (ours(), None, None),
    (ours(milliseconds=50.1), None, "p99"),
    (ours(peak=64.1), None, "Memory of reports"),
    (ours(start=1.1), None, "From its start"),
    (ours(plain=150_001), None, "The largest page:"),
    (ours(data=8_000_001), None, "Data that dbt hands over"),
    (ours(), theirs(seconds=0.401), None),
    (ours(), theirs(seconds=0.399), "The best page of Superset of all"),
    (ours(), theirs(seconds=0.199), "The best page of Superset of a city"),
    (ours(), theirs(sent=1_000, scripts=249_000), None),
    (ours(), theirs(sent=1_000, scripts=248_999), "Our page with its style sheet"),
])
def test_what_is_promised_is_judged(
    own: Ours, others: Theirs | None, failing: str | None, capsys: pytest.CaptureFixture[str],
) -> None:
    assert verdict(own, others) == (failing is None)
    not_held = [line for line in capsys.readouterr().out.splitlines() if "NOT HELD" in line]
    assert bool(not_held) == (failing is not None)
    assert failing is None or any(failing in line for line in not_held), not_held
