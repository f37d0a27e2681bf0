"""Which failures another run can help with, and the way out of those that it cannot.

Of what dbt raises, the class says it; of what a database answers, its words. Whatever is not known here may pass: a run
too many is cheaper than one that does not come.
"""

import errno
import re
from collections.abc import Iterable
from typing import Any

from outcome import RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed

RESTORE = "put the dbt folder back as it was released"

# classes of dbt's errors, the more special first, each with the way out. By name: they move between dbt's modules from
# release to release, and a subclass is found by the names of its bases
CLASSES = (
    ("VersionsNotCompatibleError", "install what dbt/requirements/lake.lock or dbt/requirements/bigquery.lock names"),
    ("EnvVarMissingError", "set the variable that is named"),
    ("DbtProfileError", "correct dbt/profiles.yml, or " + RESTORE),
    ("DbtProjectError", "correct dbt/dbt_project.yml or dbt/profiles.yml, or " + RESTORE),
    ("UninstalledPackagesFoundError", "the project needs no packages: " + RESTORE),
    ("DependencyError", "the project needs no packages: " + RESTORE),
    ("DbtConfigError", "correct what is named, or " + RESTORE),
    ("DbtValidationError", "correct what is named, or " + RESTORE),
    ("SemverError", "correct what is named, or " + RESTORE),
    ("CompilationError", "correct the file that is named, or " + RESTORE),
    ("ParsingError", "correct the file that is named, or " + RESTORE),
    ("NoAdaptersAvailableError", "install what the lock of this warehouse names"),
    ("DbtUsageException", "unset the variable DBT_… that says so, or " + RESTORE),
)

# over in a while: the network, Google's own trouble, quotas, a disk that somebody makes room on
PASSING = re.compile(
    r"time[d ]*-?out|deadline exceeded|connection (reset|refused|aborted|error|broken)|max retries exceeded"
    r"|temporary failure in name resolution|name or service not known|failed to resolve|network is unreachable"
    r"|remote end closed|broken pipe|incomplete ?read|unexpected eof|\b(408|429|500|502|503|504) [a-z]"
    r"|service unavailable|internal error|backend ?error|rate ?limit|quota"
    r"|could not serialize access|concurrent update|no space left|disk quota|io error: could not write",
    re.IGNORECASE,
)

# what a database says that stays so, with the way out
STAYING = (
    (
        re.compile(r"invalid_(grant|client)|unauthorized_client|account (not found|disabled|deleted)", re.IGNORECASE),
        "the credentials are refused: give the account a key that is valid, or the workload its identity",
    ),
    (
        re.compile(r"\b401 |\b403 |access ?denied|permission denied|operation not permitted", re.IGNORECASE),
        "whoever runs this may not do it: in BigQuery see the roles in dbt/README.md, in a lake the owner of its files",
    ),
    (
        re.compile(r"read-only file system", re.IGNORECASE),
        "let LAKE_PATH be a place that can be written to",
    ),
    (
        re.compile(r"bytesBilledLimitExceeded|exceeded limit for bytes billed", re.IGNORECASE),
        "raise BIGQUERY_MAX_BYTES_BILLED, which is lower than what a statement reads",
    ),
    (
        re.compile(r"out of memory error", re.IGNORECASE),
        "raise DUCKDB_MEMORY_LIMIT, or the memory of the machine",
    ),
    (
        re.compile(r"(trying to read|was created|newer version).*(storage|database) (version|file)", re.IGNORECASE),
        "the DuckDB file is of another version: remove it, or install what dbt/requirements/lake.lock names",
    ),
    (
        re.compile(r"not found: project|invalid project ?id|projectId must be", re.IGNORECASE),
        "BIGQUERY_PROJECT is the id of no project",
    ),
)


def passes(said: str) -> bool:
    """Whether these words are of something that is over in a while."""
    return PASSING.search(said) is not None


def of_words(said: str) -> tuple[int, str | None]:
    """The exit code, and the way out where another run cannot help."""
    if not passes(said):
        for words, way_out in STAYING:
            if words.search(said):
                return RETRY_CANNOT_HELP, way_out
    return RETRY_MAY_HELP, None


def of_exception(problem: BaseException) -> tuple[int, str | None]:
    """The same of what dbt has raised."""
    code, way_out = of_words(str(problem))
    if code == RETRY_CANNOT_HELP or passes(str(problem)):
        return code, way_out
    if isinstance(problem, OSError):
        return of_os_error(problem)
    names = [kind.__name__ for error in causes(problem) for kind in type(error).__mro__]
    if "DbtProjectError" in names and "version of dbt" in str(problem):
        # dbt says so of its own version as of anything else in dbt_project.yml
        names.insert(0, "VersionsNotCompatibleError")
    for name, way_out in CLASSES:
        if name in names:
            return RETRY_CANNOT_HELP, way_out
    return RETRY_MAY_HELP, None


def of_os_error(problem: OSError) -> tuple[int, str | None]:
    if problem.errno in (errno.EACCES, errno.EPERM):
        return RETRY_CANNOT_HELP, "whoever runs this may not write there: change the owner, or name another place"
    if problem.errno == errno.EROFS:
        return RETRY_CANNOT_HELP, "that place can only be read: mount it otherwise, or name another one"
    if problem.errno in (errno.ENOTDIR, errno.EISDIR):
        return RETRY_CANNOT_HELP, "a file is where a folder is to be, or a folder where a file is: name another place"
    if problem.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL):
        return RETRY_CANNOT_HELP, "that is not the name of a place: correct the setting"
    return RETRY_MAY_HELP, None


def causes(problem: BaseException) -> Iterable[BaseException]:
    found: BaseException | None = problem
    while found is not None:
        yield found
        found = found.__cause__


def with_way_out(said: str, way_out: str | None) -> str:
    return f"{said}: {way_out}" if way_out else said


class Counts:
    """The counts of a build, and what of it failed."""

    def __init__(self, results: list[dict[str, Any]]) -> None:
        self.models = self.passed = self.warned = self.failed = 0
        self.failures: list[str] = []
        self.warnings: list[str] = []
        # why a hook failed: hooks read a lake's files and publish the marts
        self.hook_error: str | None = None
        # what models and tests say that could not run to their end
        self.errors: list[str] = []
        self.is_wrong = False
        for result in results:
            # model.emply_pipeline.NAME, test.emply_pipeline.NAME.HASH
            words, status = result["unique_id"].split("."), result["status"]
            kind, failed = words[0], status in ("error", "fail", "runtime error")
            if kind == "operation":
                self.hook_error = self.hook_error or (result["message"] if failed else None)
                continue
            if kind == "model":
                self.models += status == "success"
            else:
                self.passed += status in ("pass", "success")
                self.warned += status == "warn"
                self.failed += failed
            name = words[2]
            if status == "warn":
                self.warnings.append(name)
            if failed:
                self.failures.append(name)
                said = " ".join((result["message"] or "").split())
                if status == "fail":
                    # a test that has counted something: its rows are wrong, and stay so
                    self.is_wrong = True
                else:
                    self.errors.append(said)

    def failure(self) -> Failed:
        """How a build ends of which something failed. A test that fails, or a model that cannot be, does so again."""
        names = ", ".join(self.failures[:10]) + (", …" if len(self.failures) > 10 else "")
        said = f"{len(self.failures)} models or tests failed: {names}"
        if self.errors:
            said = f"{said}: {self.errors[0][:300]}"
        if not self.is_wrong and all(passes(error) for error in self.errors):
            return Failed(RETRY_MAY_HELP, said)
        ways_out = (way_out for _, way_out in map(of_words, self.errors) if way_out)
        return Failed(RETRY_CANNOT_HELP, with_way_out(said, next(ways_out, None)))

    def fields(self) -> dict[str, int]:
        return {
            "models": self.models, "tests__passed": self.passed, "tests__warned": self.warned,
            "tests__failed": self.failed,
        }
