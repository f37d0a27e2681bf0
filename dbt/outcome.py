"""How a run ends and what it says: exit codes that others look at, what raises them, log lines, an end to every
wait."""

import contextlib
import datetime
import json
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TextIO, TypeVar

PROJECT = Path(__file__).resolve().parent
# Kubernetes tries again after 1, and not after 2
DONE, RETRY_MAY_HELP, RETRY_CANNOT_HELP = 0, 1, 2

# where a run of dbt writes down what it has raised
FAILURE = "failure.json"
STOPPED = "stopped by a signal"
# what is at work gets so long after a signal to take away what it has put somewhere
GRACE_SECONDS = 1.0

T = TypeVar("T")


class Failed(Exception):
    """Ends the run with `exit_code`; the message names the thing and the way out."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Late(Exception):
    """Did not end in its time."""


class Log:
    """Log lines as the other services write them: JSON objects, or text for people."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, level: str, message: str, **fields: object) -> None:
        # a keyword cannot hold a dot
        fields = {name.replace("__", "."): value for name, value in fields.items()}
        now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        if self.as_json:
            text = json.dumps({"timestamp": now, "level": level, "message": message, **fields, "target": "dbt"})
        else:
            shown = "".join(f" {name}={json.dumps(value)}" for name, value in fields.items())
            text = f"{now} {level!s:>5} {message}{shown}"
        say(sys.stderr, text)


def say(stream: TextIO, text: str) -> None:
    """One line. A reader that went away is no error."""
    with contextlib.suppress(OSError):
        print(text.encode(errors="backslashreplace").decode(), file=stream, flush=True)


class Signals:
    """Hears SIGTERM, SIGINT and SIGHUP from `listen` on.

    Python runs handlers in the main thread, and only between two steps of it: a look-up of a name or a disk that hangs
    would hold them up, and an exception out of a handler gets lost in some places. So the main thread does nothing but
    wait, and the work is done in another one, which is left where it is when it does not end by itself.
    """

    def __init__(self) -> None:
        # a handler may put something in while something is put in
        self.heard: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.stopping = threading.Event()

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.heard.put(number)

    def supervise(self, work: Callable[[], T], stop: Callable[[], None]) -> T:
        """What `work` gives or raises. After a signal: `stop` ends what it has started, and Failed is raised, whatever
        the work has come to meanwhile."""
        ended: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()

        def end() -> None:
            ended.put(answer_of(work))
            # wakes the main thread
            self.heard.put(0)

        threading.Thread(target=end, daemon=True).start()
        if self.heard.get() == 0:
            return ended.get()()
        self.stopping.set()
        stop()
        with contextlib.suppress(queue.Empty):
            ended.get(timeout=GRACE_SECONDS)
        raise Failed(RETRY_MAY_HELP, STOPPED)

    def go_on(self) -> None:
        """Before something is begun that others see."""
        if self.stopping.is_set():
            raise Failed(RETRY_MAY_HELP, STOPPED)


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises; Late after that time, whatever it waits for. It is left where it is then."""
    ended: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
    threading.Thread(target=lambda: ended.put(answer_of(work)), daemon=True).start()
    try:
        answer = ended.get(timeout=seconds)
    except queue.Empty:
        raise Late(f"no answer within {int(seconds)} s") from None
    return answer()


def answer_of(work: Callable[[], T]) -> Callable[[], T]:
    """Does it, for somebody else to have what it gives or raises."""
    try:
        given = work()
    except BaseException as problem:
        raised = problem

        def fail() -> T:
            raise raised

        return fail
    return lambda: given
