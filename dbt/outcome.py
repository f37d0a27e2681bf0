"""How a run ends, for those who look at its exit code."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent
# Kubernetes tries again after 1, and not after 2
DONE, RETRY_MAY_HELP, RETRY_CANNOT_HELP = 0, 1, 2

# where a run of dbt writes down what it has raised
FAILURE = "failure.json"


class Failed(Exception):
    """Ends the run with `exit_code`; the message names the thing and the way out."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code
