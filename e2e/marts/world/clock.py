"""Our clock, which stands where it is put: so that what is seen when is known to the microsecond, and days can pass."""

import subprocess
from datetime import datetime
from pathlib import Path

from toolbox.programs import Failed

SOURCE = Path(__file__).with_name("stopped_clock.c")


class Clock:
    """`settings` let a program believe in it. Wants a C compiler, as the whole workspace does, and Linux."""

    def __init__(self, now: datetime, work: Path) -> None:
        self.now = now
        self.library = work / "stopped_clock.so"
        words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(self.library), str(SOURCE)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f"the clock that can be stopped could not be compiled: {done.stderr.strip()}")

    @property
    def settings(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "STOPPED_CLOCK": str(int(self.now.timestamp()))}
