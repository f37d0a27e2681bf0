"""dbt's commands in one process, since starting dbt takes as long as running it. Started by entrypoint.py.

    python build_and_document.py [DBT_OPTION…]

Exit codes as dbt's own: 0 done, 1 something failed that dbt knows how to report, 2 anything else.
"""

import sys

from dbt.cli.main import dbtRunner

# build keeps what it compiled for docs to show, so that is not compiled again
COMMANDS = (["build"], ["docs", "generate", "--static", "--no-compile"])


def main(options):
    runner = dbtRunner()
    for words in COMMANDS:
        answer = runner.invoke([*options, *words])
        if answer.exception is not None:
            print("dbt %s: %s" % (words[0], answer.exception), file=sys.stderr)
            return 2
        if not answer.success:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
