"""The warehouses that dbt reads: what each wants of the environment, and whether export has filled it."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import variables
from outcome import DONE, RETRY_CANNOT_HELP, RETRY_MAY_HELP
from remedies import of_os_error, of_words, passes
from variables import one_line

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud import bigquery

# the tables that sources() describes; each is there as soon as the first export has run
TABLES = (
    "application", "application_event", "application_month", "candidate", "export_run", "job_posting", "posting_event",
)
# one look at the dataset, with all its tries; longer than a connection that just hiccuped needs
LOOK_SECONDS = 20
# it and all around it: credentials, a server that gives its answer byte by byte, a disk that hangs
MOST_LOOK_SECONDS = 60


class Lake:
    """Parquet files, read by DuckDB."""

    target, name, distribution, lock = "lake", "lake", "dbt-duckdb", "dbt/requirements/lake.lock"
    hook_failed = "cannot read the lake or write the marts"
    columns_may_be_missing = False
    # files answer at once
    most_seconds: float | None = None

    def __init__(self, text: Callable[[str], str | None], faults: list[str]) -> None:
        self.path: Path | None = None
        self.memory_limit = text("DUCKDB_MEMORY_LIMIT")
        reason = variables.size(self.memory_limit) if self.memory_limit else None
        if reason:
            faults.append("DUCKDB_MEMORY_LIMIT " + reason)
        path = text("LAKE_PATH")
        if path is None:
            faults.append("LAKE_PATH is not set: the folder that export writes to, such as /var/lib/emply/lake")
            return
        self.path = Path(path).absolute()
        if "\\" in str(self.path):
            faults.append("LAKE_PATH has a \\ in it, which DuckDB takes for the end of a folder's name")
        try:
            is_other = self.path.exists() and not self.path.is_dir()
        except OSError:
            # look says why
            is_other = False
        if is_other:
            faults.append("LAKE_PATH is not a folder")

    def __str__(self) -> str:
        return str(self.path)

    def asks_google(self) -> bool:
        return False

    def default_docs(self) -> Path | None:
        return self.path and self.path / "docs" / "index.html"

    def environment(self) -> dict[str, str]:
        limit = {"DUCKDB_MEMORY_LIMIT": self.memory_limit} if self.memory_limit else {}
        return {"LAKE_PATH": str(self.path), **limit}

    def prepare(self) -> None:
        self.published().mkdir(exist_ok=True)

    def published(self) -> Path:
        """Where the marts are."""
        assert self.path is not None
        return self.path / "marts"

    def leftovers(self) -> list[Path]:
        """What a dbt that was killed leaves: DuckDB writes a file beside its place before it moves it there."""
        return list((self.path / "marts").glob("tmp_*.parquet")) if self.path else []

    def look(self, **_limits: float) -> tuple[int, list[str]]:
        """The exit code if dbt ran now, and one line per thing that stands in its way."""
        if self.path is None:
            return RETRY_CANNOT_HELP, ["not looked at, LAKE_PATH is needed"]
        try:
            return self._look_at(self.path)
        except OSError as problem:
            code, way_out = of_os_error(problem)
            return code, [f"the lake {self.path} cannot be read ({problem}): {way_out or 'see what is there'}"]

    def _look_at(self, path: Path) -> tuple[int, list[str]]:
        if not path.is_dir():
            return RETRY_MAY_HELP, [f"the lake {path} is not there: run export first, or correct LAKE_PATH"]
        missing = [
            f"the lake has no file of table {table} ({path / table}/changes/*.parquet): run export first"
            for table in TABLES
            if not self._has_file(path / table / "changes")
        ]
        return RETRY_MAY_HELP if missing else DONE, missing

    @staticmethod
    def _has_file(changes: Path) -> bool:
        # listed rather than matched by a pattern: the folder's name may hold pattern characters
        return changes.is_dir() and any(file.suffix == ".parquet" for file in changes.iterdir())


class BigQuery:
    """A dataset of BigQuery. The settings are export's, with the same defaults."""

    target, name, distribution, lock = "bigquery", "BigQuery", "dbt-bigquery", "dbt/requirements/bigquery.lock"
    hook_failed = "cannot publish the marts"
    # whoever may read the tables may not always see their sizes
    columns_may_be_missing = True
    # Google's client repeats some calls for ten minutes each, whatever dbt's profile says; dbt makes hundreds
    most_seconds: float | None = 45 * 60

    def __init__(self, text: Callable[[str], str | None], faults: list[str]) -> None:
        self.project, self.dataset = text("BIGQUERY_PROJECT"), text("BIGQUERY_DATASET")
        self.location = text("BIGQUERY_LOCATION") or "EU"
        self.endpoint = text("BIGQUERY_ENDPOINT") or "https://bigquery.googleapis.com"
        self.most_bytes = text("BIGQUERY_MAX_BYTES_BILLED") or "10737418240"
        before = len(faults)
        if self.project is None:
            faults.append("BIGQUERY_PROJECT is not set: the id of the Google Cloud project, such as clinic-data")
        if self.dataset is None:
            faults.append("BIGQUERY_DATASET is not set: the dataset that export writes to, such as emply")
        elif not re.fullmatch(r"[A-Za-z0-9_]{1,1000}", self.dataset):
            faults.append("BIGQUERY_DATASET is not the name of a dataset: letters, digits and _ alone")
        if self.project and not re.fullmatch(r"[A-Za-z0-9.:_-]{1,100}", self.project):
            faults.append("BIGQUERY_PROJECT is not the id of a project, such as clinic-data")
        if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", self.location):
            faults.append("BIGQUERY_LOCATION is not the name of a location, such as EU or europe-west3")
        reason = variables.base_url(self.endpoint)
        if reason:
            faults.append(f"BIGQUERY_ENDPOINT {reason}, such as https://bigquery.googleapis.com")
        # a signed number of 64 bits
        if not re.fullmatch(r"[0-9]{1,19}", self.most_bytes) or not 0 < int(self.most_bytes) < 2**63:
            faults.append("BIGQUERY_MAX_BYTES_BILLED is not a whole number from 1 to 9223372036854775807")
        self.has_faults = len(faults) > before

    def __str__(self) -> str:
        return f"{self.project}.{self.dataset}"

    def asks_google(self) -> bool:
        """No token goes to plain http, where it could be overheard, so none is looked for."""
        return self.endpoint.startswith("https://")

    def default_docs(self) -> Path | None:
        return None

    def environment(self) -> dict[str, str]:
        return {
            "BIGQUERY_PROJECT": str(self.project), "BIGQUERY_DATASET": str(self.dataset),
            "BIGQUERY_LOCATION": self.location, "BIGQUERY_ENDPOINT": self.endpoint,
            "BIGQUERY_MAX_BYTES_BILLED": self.most_bytes,
        }

    def prepare(self) -> None:
        """dbt makes the datasets that it needs."""

    def leftovers(self) -> list[Path]:
        """A copy of a table is made as a whole, by BigQuery."""
        return []

    def look(self, seconds: float | None = None, tries: bool = True) -> tuple[int, list[str]]:
        """The exit code if dbt ran now, and one line per thing that stands in its way."""
        not_looked = RETRY_CANNOT_HELP, ["not looked at, see the settings"]
        try:
            # they are there only where this warehouse is used
            from google.api_core.exceptions import BadRequest, Forbidden, GoogleAPIError, NotFound, Unauthorized
            from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
        except ImportError:
            return not_looked
        except ValueError as problem:
            # a number in a variable of theirs
            return RETRY_CANNOT_HELP, [f"Google's libraries cannot be used: {said_of(problem)}"]
        if self.has_faults:
            return not_looked
        try:
            there = self._tables(seconds or LOOK_SECONDS, tries)
        except NotFound:
            ways = "run export first, or correct BIGQUERY_PROJECT, BIGQUERY_DATASET or BIGQUERY_LOCATION"
            return RETRY_MAY_HELP, [f"the dataset {self} is not there: {ways}"]
        except (Forbidden, Unauthorized) as problem:
            if passes(str(problem)):
                return RETRY_MAY_HELP, [f"BigQuery refuses just now: {said_of(problem)}"]
            ways = "the account needs roles/bigquery.dataViewer on it, and roles/bigquery.user on the project"
            return RETRY_CANNOT_HELP, [f"the dataset {self} may not be read ({said_of(problem)}): {ways}"]
        except BadRequest as problem:
            ways = "look at BIGQUERY_PROJECT, BIGQUERY_DATASET and BIGQUERY_LOCATION"
            return RETRY_CANNOT_HELP, [f"the dataset {self} cannot be asked for ({said_of(problem)}): {ways}"]
        except DefaultCredentialsError as problem:
            # a metadata server may come late; a file stays as it is
            has_file = bool(os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"))
            ways = "let GOOGLE_APPLICATION_CREDENTIALS name another file, bind the workload's identity, or use gcloud"
            code = RETRY_CANNOT_HELP if has_file else RETRY_MAY_HELP
            return code, [f"no credentials for BigQuery can be used ({said_of(problem)}): {ways}"]
        # what cannot be reached at all is an OSError
        except (GoogleAPIError, GoogleAuthError, OSError) as problem:
            code, way_out = of_words(str(problem))
            if way_out:
                return code, [f"BigQuery refuses: {said_of(problem)}: {way_out}"]
            return RETRY_MAY_HELP, [f"BigQuery at BIGQUERY_ENDPOINT did not answer: {said_of(problem)}"]
        missing = [f"the dataset {self} has no table {t}: run export first" for t in TABLES if t not in there]
        return RETRY_MAY_HELP if missing else DONE, missing

    def _tables(self, seconds: float, tries: bool) -> set[str]:
        retry = self.retry(seconds) if tries else None
        return {table.table_id for table in self.client().list_tables(self.dataset, retry=retry, timeout=seconds)}

    def client(self) -> "bigquery.Client":
        """Google's own, as dbt-bigquery brings it; no token goes to plain http."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery

        credentials = None if self.asks_google() else AnonymousCredentials()
        return bigquery.Client(self.project, credentials, client_options={"api_endpoint": self.endpoint})

    @staticmethod
    def retry(seconds: float) -> "Retry":
        """What may be over in a while is tried again for so long."""
        from google.cloud import bigquery

        return bigquery.DEFAULT_RETRY.with_timeout(seconds)


Warehouse = Lake | BigQuery
KINDS: tuple[type[Warehouse], ...] = (Lake, BigQuery)
WAREHOUSES = {kind.target: kind for kind in KINDS}


def said_of(problem: BaseException) -> str:
    return one_line(problem) or type(problem).__name__
