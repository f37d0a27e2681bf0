"""Runs a program and measures it: how long it took, and how much memory it and its children had."""

import contextlib
import re
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from toolbox.programs import Failed, end, environment

# seconds between two looks at the memory. The kernel keeps the highest value itself, so that only what a process
# takes in its very last moment can be missed
BETWEEN = 0.02


class Spent(NamedTuple):
    """From the start of the process to its end."""

    seconds: float
    peak_mib: float


def spend(words: list[str], settings: Mapping[str, str], work: Path, output: Path, log: Path) -> Spent:
    """Runs it in the folder `work` to its good end. What it prints goes to `output`, the rest to the end of `log`."""
    seconds, watch = watched(words, settings, work, output, log)
    return Spent(seconds, watch.peak_mib())


def watched(
    words: list[str], settings: Mapping[str, str], work: Path, output: Path, log: Path
) -> "tuple[float, Watch]":
    """The same: seconds, and who has looked at its memory."""
    with open(output, "wb") as answer, open(log, "ab") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            words, env=environment(settings), cwd=work, stdin=subprocess.DEVNULL, stdout=answer, stderr=errors,
            start_new_session=True,
        )
        try:
            with Watch(process.pid) as watch:
                code = process.wait()
        finally:
            end(process)
    seconds = time.monotonic() - started
    if code != 0:
        raise Failed(f"{Path(words[0]).name} ended with exit code {code}", log)
    return seconds, watch


Looks = TypeVar("Looks", bound="Looking")


class Looking(ABC):
    """Looks at something again and again, in a thread, until it is left."""

    between_seconds: float

    def __init__(self) -> None:
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._go_on_looking, daemon=True)

    def __enter__(self: Looks) -> Looks:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _go_on_looking(self) -> None:
        self.look()
        while not self.over.wait(self.between_seconds):
            self.look()

    @abstractmethod
    def look(self) -> None:
        """One look."""


class Watch(Looking):
    """Looks at a process and its children."""

    between_seconds = BETWEEN

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid = pid
        self.highest: dict[int, int] = {}
        self.most_at_once = 0

    def peak_mib(self) -> float:
        """The most that each process ever had, added up."""
        return sum(self.highest.values()) / 1024

    def at_once_mib(self) -> float:
        """The most that all had at one moment, as the limit of a container counts them."""
        return self.most_at_once / 1024

    def look(self) -> None:
        self.most_at_once = max(self.most_at_once, self._look_at(self.pid))

    def _look_at(self, pid: int) -> int:
        """What it and its children have now, in KiB."""
        now = 0
        # it may end at any moment
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            found = dict(re.findall(r"^(VmHWM|VmRSS):\s+(\d+)", status, re.MULTILINE))
            if found:
                self.highest[pid] = max(self.highest.get(pid, 0), int(found["VmHWM"]))
                now += int(found["VmRSS"])
            for thread in Path(f"/proc/{pid}/task").iterdir():
                for child in (thread / "children").read_text().split():
                    now += self._look_at(int(child))
        return now
