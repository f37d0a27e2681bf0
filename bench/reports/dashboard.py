"""Our page: `reports` with the data that dbt has handed over, asked with many different filters."""

import contextlib
import csv
import io
import re
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from process import Watch
from reports.asking import COMPRESSED, Answer, Asker, each
from reports.questions import Question
from toolbox import screen
from toolbox.programs import Failed, records, run, running

PAGE, STYLE = "/dashboard", "/style.css"
# a page with figures; one that says that there are none yet has no chart
GOOD = b"<svg"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
START_SECONDS = 60
TOKEN = "a-token-of-the-bench-alone"


class Asked(NamedTuple):
    """Of many questions: seconds of each, bytes of each as it was sent, and unpacked."""

    seconds: list[float]
    sent: list[int]
    plain: list[int]


class Reports:
    """The service, with a store of its own and pages in a folder of its own."""

    def __init__(self, executables: dict[str, str], work: Path, path: str) -> None:
        self.executables, self.work, self.path = executables, work, path
        self.log = work / "reports.log"
        self.settings = {
            # as the image has it
            "MALLOC_MMAP_THRESHOLD_": "131072",
            "DATABASE_URL": f"sqlite://{work / 'store.db'}", "REPORTS_DIR": str(work / "pages"),
            "REPORTS_TOKEN": TOKEN, "REPORTS_LISTEN": "127.0.0.1:0", "LOG_FORMAT": "json",
        }
        run([executables["migrate"]], self.settings, work / "migrate.log")

    @contextlib.contextmanager
    def running(self) -> "Iterator[tuple[Asker, subprocess.Popen[bytes]]]":
        """As soon as it listens."""
        self.log.unlink(missing_ok=True)
        words = [self.executables["reports"]]
        with (
            open(self.log, "ab") as output, running(words, self.settings, output, output, self.work) as process
        ):
            yield Asker("reports", self.address(process)), process

    def address(self, process: "subprocess.Popen[bytes]") -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise Failed(f"reports ended with exit code {process.returncode}", self.log)
            for record in records(self.log):
                if record.get("message") == "listening":
                    return str(record["address"])
            time.sleep(0.001)
        raise Failed("reports did not listen in time", self.log)

    def hand_over(self, docs: Path) -> None:
        """What dbt has made, as its entrypoint does it; then the service ends."""
        with screen.step("hand over") as done, self.running() as (asker, _):
            bundle = archive(docs)
            asker.ask("/bundle", "PUT", bundle, {"Authorization": "Bearer " + TOKEN})
            done.text = f"{len(bundle) / 1e6:.1f} MB of docs and data, packed"

    @contextlib.contextmanager
    def started(self, question: Question) -> Iterator[tuple[Asker, Watch, float]]:
        """With data: seconds from its start to its first page with figures."""
        started = time.monotonic()
        with self.running() as (asker, process), Watch(process.pid) as watch:
            with screen.step("start") as done:
                while not self.is_good(self.page(asker, question)):
                    if time.monotonic() > started + START_SECONDS:
                        raise Failed("reports showed no figures in time", self.log)
                    time.sleep(0.002)
                seconds = time.monotonic() - started
                done.text = f"the first page with figures after {seconds * 1000:.0f} ms"
            yield asker, watch, seconds

    def is_good(self, answer: Answer) -> bool:
        return GOOD in answer.body or self.path != PAGE

    def page(self, asker: Asker, question: Question) -> Answer:
        return asker.ask(f"{self.path}?{question.query()}", headers=COMPRESSED)

    def ask(self, asker: Asker, questions: list[Question], at_once: int) -> Asked:
        """All questions; each page has to have figures."""
        answers, _ = each(questions, lambda question: self.page(asker, question), at_once)
        if not all(map(self.is_good, answers)):
            raise Failed("a page of reports has no figures", self.log)
        seconds, sent = [answer.seconds for answer in answers], [answer.sent for answer in answers]
        return Asked(seconds, sent, [len(answer.body) for answer in answers])

    def weeks(self, asker: Asker, question: Question) -> dict[str, int] | None:
        """Applications by the Monday of the week, out of the file beside the figure; none of a page that stands in."""
        if self.path != PAGE:
            return None
        text = asker.ask(f"{PAGE}/weekly.csv?{question.query()}", headers=COMPRESSED).body.decode("utf-8-sig")
        found = {}
        for row in csv.reader(io.StringIO(text)):
            monday = next((place for place, cell in enumerate(row) if DAY.fullmatch(cell)), None)
            if monday is not None:
                found[row[monday]] = int(row[monday + 1])
        if not found:
            raise Failed(f"weekly.csv of reports has no weeks: {text[:200]}")
        return found

    def style(self, asker: Asker) -> tuple[int, int]:
        """Bytes of the style sheet, which comes with the first page, as sent and unpacked."""
        answer = asker.ask(STYLE, headers=COMPRESSED)
        return answer.sent, len(answer.body)


def archive(docs: Path) -> bytes:
    """A bundle of all that is in the folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as bundle:
        for file in sorted(docs.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                bundle.add(file, str(file.relative_to(docs)))
    return packed.getvalue()
