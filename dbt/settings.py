"""The settings, from the environment only; empty means unset. entrypoint.py lists them."""

import importlib.metadata
import operator
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import variables
from outcome import PROJECT
from report import Report
from warehouses import WAREHOUSES, Lake, Warehouse

LOG_FORMATS = ("json", "text", "auto")
LOG_LEVELS = ("debug", "info", "warn", "error", "none")


class Settings:
    """What the environment says. `faults` lists all that is wrong with it, by name and never with the value; `warnings`
    what changes nothing, in the same way."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        def text(name: str) -> str | None:
            return environment.get(name, "").strip() or None

        self.faults: list[str] = []
        self.warnings = [f"{name} {variables.NO_EFFECT}" for name in variables.passed_over(environment)]
        kind = self._kind(text("WAREHOUSE_TYPE"), text("DBT_TARGET"))
        # of what this Python has, None where that is well
        self.dbt_fault = self._dbt_fault(kind)
        self.warehouse = kind(text, self.faults)
        self.report = Report(text, self.faults)
        self._read_places(text("DOCS_PATH"), text("TMPDIR"))
        self.log_format = text("LOG_FORMAT") or "auto"
        if self.log_format not in LOG_FORMATS:
            self.faults.append("LOG_FORMAT is none of json, text and auto")
        # two lines per test is more than a log of a good run is worth
        self.dbt_log_level = (text("DBT_LOG_LEVEL") or "warn").lower()
        if self.dbt_log_level not in LOG_LEVELS:
            self.faults.append("DBT_LOG_LEVEL is none of " + ", ".join(LOG_LEVELS))
        self.target_path = text("DBT_TARGET_PATH")
        if self.target_path and not variables.is_plain_path(self.target_path):
            self.faults.append("DBT_TARGET_PATH " + variables.NO_PLAIN_PATH)
        self._read_reports(text("REPORTS_URL"), text("REPORTS_TOKEN"))
        self.faults += variables.network_faults(environment)
        if self.warehouse.asks_google():
            self.faults += variables.google_faults(environment)
        # Google's libraries look elsewhere for it
        certificates = environment.get("SSL_CERT_FILE")
        is_given = any(environment.get(name) for name in variables.BUNDLES)
        self.for_google = {"REQUESTS_CA_BUNDLE": certificates} if certificates and not is_given else {}
        # without it they ask Resource Manager which project workload identity federation is of: a service that need not
        # be switched on, or within reach, for a name that nobody uses
        project = text("BIGQUERY_PROJECT")
        if project and self.warehouse.asks_google() and not environment.get("GOOGLE_CLOUD_PROJECT"):
            self.for_google["GOOGLE_CLOUD_PROJECT"] = project

    def _read_places(self, docs: str | None, temporary: str | None) -> None:
        # None: the docs go to no file
        self.docs = Path(docs).absolute() if docs else self.warehouse.default_docs()
        if self.docs and variables.is_folder(self.docs):
            self.faults.append("DOCS_PATH is a folder: name the file in it, such as /srv/docs/index.html")
        # Python would take another one
        self.temporary = temporary
        reason = variables.writable_folder(temporary) if temporary else None
        if reason is None and temporary and not variables.is_plain_path(temporary):
            reason = variables.NO_PLAIN_PATH
        if reason:
            self.faults.append("TMPDIR " + reason)

    def _read_reports(self, url: str | None, token: str | None) -> None:
        self.reports_url, self.reports_token = url, token
        reason = variables.base_url(url) if url else None
        if reason:
            self.faults.append(f"REPORTS_URL {reason}, such as http://emply-reports:8080")
        if url and not token:
            self.faults.append("REPORTS_TOKEN is not set: the token of the service at REPORTS_URL")
        reason = variables.token(token) if token else None
        if reason:
            self.faults.append("REPORTS_TOKEN " + reason)
        elif token and not url:
            self.warnings.append("REPORTS_TOKEN has no effect: REPORTS_URL is not set, so no docs are handed over")

    def _kind(self, warehouse_type: str | None, target: str | None) -> type[Warehouse]:
        """DBT_TARGET is dbt's own way to choose, so it wins. A wrong name is a fault; then the lake's are looked for,
        so that all faults are said at once."""
        for name, value in (("WAREHOUSE_TYPE", warehouse_type), ("DBT_TARGET", target)):
            if value is not None and value not in WAREHOUSES:
                self.faults.append(f"{name} is none of {' and '.join(WAREHOUSES)}")
        return WAREHOUSES.get(target or warehouse_type or "", Lake)

    def _dbt_fault(self, kind: type[Warehouse]) -> str | None:
        for distribution in ("dbt-core", kind.distribution):
            try:
                importlib.metadata.version(distribution)
            except importlib.metadata.PackageNotFoundError:
                way_out = f"run this by the Python of an environment with what {kind.lock} names"
                return f"{sys.executable} has no {distribution}: {way_out}"
        installed = importlib.metadata.version("dbt-core")
        taken = taken_versions()
        if not is_taken(installed, taken):
            return f"dbt-core is {installed}, and the project takes {', '.join(taken)}: install what {kind.lock} names"
        return None

    def all_faults(self) -> list[str]:
        return [*self.faults, *([self.dbt_fault] if self.dbt_fault else [])]

    def wants_docs(self) -> bool:
        """Whether anybody would see them."""
        return self.docs is not None or self.reports_url is not None

    def docs_place(self) -> str:
        """Where the docs go, for the log."""
        return str(self.docs) if self.docs else "REPORTS_URL" if self.reports_url else "nowhere"


def is_json(environment: Mapping[str, str]) -> bool:
    chosen = environment.get("LOG_FORMAT", "").strip()
    return chosen == "json" or (chosen != "text" and not (sys.stderr and sys.stderr.isatty()))


def taken_versions(project: Path = PROJECT) -> list[str]:
    """What dbt_project.yml says of the releases of dbt that it takes. What cannot be read there, dbt says itself."""
    try:
        text = (project / "dbt_project.yml").read_text()
    except OSError:
        return []
    line = re.search(r"^require-dbt-version:(.*)$", text, re.MULTILINE)
    return re.findall(r"[<>=!~]+ *[0-9][0-9.]*", line[1]) if line else []


def is_taken(installed: str, taken: list[str]) -> bool:
    def numbers(version: str) -> list[int]:
        found = [int(number) for number in re.findall(r"[0-9]+", re.split("[a-z+]", version)[0])]
        return [*found, 0, 0, 0][:3]

    ours = numbers(installed)
    known = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
             "==": operator.eq}
    conditions = [(re.match("[<>=!~]*", each), numbers(each)) for each in taken]
    return all(known[sign[0]](ours, bound) for sign, bound in conditions if sign and sign[0] in known)
