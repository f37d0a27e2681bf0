"""What `reports figures` tells of made-up applications."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from figures.exact import Filter
from figures.worlds import Application, write
from toolbox.programs import run

ALL = Filter()
Told = dict[str, Any]


class Reports:
    """The program, over one folder that is written anew for each world."""

    def __init__(self, program: str, work: Path) -> None:
        self.program, self.work, self.bundle = program, work, work / "bundle"
        self.bundle.mkdir()

    def figures(self, applications: Sequence[Application], asked: Filter = ALL) -> Told:
        write(applications, self.bundle)
        words = [self.program, "figures", "--json", "--folder", str(self.bundle), *asked.words()]
        told: Told = json.loads(run(words, {"RUST_LOG": "warn"}, self.work / "reports.log"))
        return told
