"""The settings, from the environment only; empty means unset. entrypoint.py lists them."""

import importlib.metadata
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from outcome import PROJECT
from warehouses import WAREHOUSES, Lake, Warehouse


class Settings:
    """What the environment says. `faults` lists all that is wrong with it, by name and never with the value."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        def text(name: str) -> str | None:
            return environment.get(name, "").strip() or None

        self.faults: list[str] = []
        kind = self._kind(text("WAREHOUSE_TYPE"), text("DBT_TARGET"))
        self._find_dbt(kind)
        self.warehouse = kind(text, self.faults)
        docs = text("DOCS_PATH")
        # None: the docs go to no file
        self.docs = Path(docs).absolute() if docs else self.warehouse.default_docs()
        if self.docs and self.docs.is_dir():
            self.faults.append("DOCS_PATH is a folder: name the file in it, such as /srv/docs/index.html")
        self.log_format = text("LOG_FORMAT") or "auto"
        if self.log_format not in ("json", "text", "auto"):
            self.faults.append("LOG_FORMAT is none of json, text and auto")
        self.target_path = text("DBT_TARGET_PATH")
        self.reports_url, self.reports_token = text("REPORTS_URL"), text("REPORTS_TOKEN")
        if self.reports_url and not self.reports_url.startswith(("http://", "https://")):
            self.faults.append("REPORTS_URL is no http address, such as http://emply-reports:8080")
        if self.reports_url and not self.reports_token:
            self.faults.append("REPORTS_TOKEN is not set: the token of the service at REPORTS_URL")

    def _kind(self, warehouse_type: str | None, target: str | None) -> type[Warehouse]:
        """DBT_TARGET is dbt's own way to choose, so it wins. A wrong name is a fault; then the lake's are looked for,
        so that all faults are said at once."""
        for name, value in (("WAREHOUSE_TYPE", warehouse_type), ("DBT_TARGET", target)):
            if value is not None and value not in WAREHOUSES:
                self.faults.append("%s is none of %s" % (name, " and ".join(WAREHOUSES)))
        return WAREHOUSES.get(target or warehouse_type or "", Lake)

    def _find_dbt(self, kind: type[Warehouse]) -> None:
        for distribution in ("dbt-core", kind.distribution):
            try:
                importlib.metadata.version(distribution)
            except importlib.metadata.PackageNotFoundError:
                way_out = "run this by the Python of an environment with what %s names" % kind.lock
                self.faults.append("%s has no %s: %s" % (sys.executable, distribution, way_out))
                return
        installed = importlib.metadata.version("dbt-core")
        taken = taken_versions()
        if not is_taken(installed, taken):
            known = installed, ", ".join(taken), kind.lock
            self.faults.append("dbt-core is %s, and the project takes %s: install what %s names" % known)

    def wants_docs(self) -> bool:
        """Whether anybody would see them."""
        return self.docs is not None or self.reports_url is not None

    def docs_place(self) -> str:
        """Where the docs go, for the log."""
        return str(self.docs) if self.docs else "REPORTS_URL" if self.reports_url else "nowhere"

    def is_json(self) -> bool:
        return self.log_format == "json" or (self.log_format != "text" and not sys.stderr.isatty())


def taken_versions(project: Path = PROJECT) -> list[str]:
    """What dbt_project.yml says of the releases of dbt that it takes. What cannot be read there, dbt says itself."""
    try:
        text = (project / "dbt_project.yml").read_text()
    except OSError:
        return []
    line = re.search(r"^require-dbt-version:(.*)$", text, re.MULTILINE)
    return re.findall(r"[<>=!~]+ *[0-9][0-9.]*", line.group(1)) if line else []


def is_taken(installed: str, taken: list[str]) -> bool:
    def numbers(version: str) -> list[int]:
        found = [int(number) for number in re.findall(r"[0-9]+", re.split("[a-z+]", version)[0])]
        return [*found, 0, 0, 0][:3]

    ours = numbers(installed)
    compared = {
        ">=": lambda bound: ours >= bound,
        "<=": lambda bound: ours <= bound,
        ">": lambda bound: ours > bound,
        "<": lambda bound: ours < bound,
        "=": lambda bound: ours == bound,
        "==": lambda bound: ours == bound,
    }
    for condition in taken:
        operator = re.match("[<>=!~]+", condition)
        holds = compared.get(operator.group()) if operator else None
        if holds and not holds(numbers(condition)):
            return False
    return True
