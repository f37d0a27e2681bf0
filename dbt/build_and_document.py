"""dbt's commands in one process, since starting dbt takes as long as running it. Started by entrypoint.py.

After a good build, with its docs, it is asked how old the data is; whatever is found then, the build stays a good one.

    python build_and_document.py [--no-docs] [--columns-may-be-missing] [DBT_OPTION…]

    --no-docs                 only build: nobody wants the docs
    --columns-may-be-missing  the database does not show everything about its tables to everybody; docs without that
                              are better than none

Exit codes as dbt's own: 0 done, 1 something failed that dbt knows how to report, 2 anything else; why is then in the
file FAILURE of DBT_TARGET_PATH.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult

import freshness
from outcome import FAILURE
from remedies import of_exception

LEFT_OUT = (
    # there is nothing to build of one; and where a hook has failed, dbt 1.11 looks for the schema of what it skips,
    # which exposures have none of, and says that in the place of why the hook failed
    "exposure",
    # they bring their own rows, so they say the same every day, and take as long as all else of a small lake's build
    "unit_test",
)
BUILD = ["build", *(word for kind in LEFT_OUT for word in ("--exclude-resource-type", kind))]
# build keeps what it compiled for docs to show, so that is not compiled again
DOCS = ["docs", "generate", "--static", "--no-compile"]


def only_columns_are_missing(answer: dbtRunnerResult) -> bool:
    """Whether the page was written, and dbt could not look at some tables."""
    return bool(getattr(answer.result, "errors", None))


def look_at_freshness(runner: dbtRunner, options: list[str]) -> None:
    """What is found is in a file. Data that is too old is an error to dbt, so its lines and its answer are let be."""
    answer = runner.invoke([*options, "--log-level", "none", *freshness.COMMAND])
    if answer.exception is not None:
        print(f"dbt source freshness: {answer.exception}", file=sys.stderr)


def write_down(problem: BaseException) -> None:
    """For entrypoint.py, which cannot ask for the class of what was raised here."""
    code, way_out = of_exception(problem)
    said = {"exit_code": code, "error": " ".join(str(problem).split()), "way_out": way_out}
    try:
        (Path(os.environ["DBT_TARGET_PATH"]) / FAILURE).write_text(json.dumps(said))
    except OSError as error:
        print(f"why dbt failed cannot be written down: {error}", file=sys.stderr)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--no-docs", action="store_true")
    parser.add_argument("--columns-may-be-missing", action="store_true")
    ours, options = parser.parse_known_args(words)
    runner = dbtRunner()
    for command in [BUILD] if ours.no_docs else [BUILD, DOCS]:
        answer = runner.invoke([*options, *command])
        if answer.exception is not None:
            print(f"dbt {command[0]}: {answer.exception}", file=sys.stderr)
            write_down(answer.exception)
            return 2
        columns_are_missing = command is DOCS and ours.columns_may_be_missing and only_columns_are_missing(answer)
        if not (answer.success or columns_are_missing):
            return 1
    look_at_freshness(runner, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
