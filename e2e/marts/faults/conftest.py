"""Says at the end what found which fault."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tried = [dict(report.user_properties) for report in terminalreporter.getreports("passed")]
    tried += [dict(report.user_properties) for report in terminalreporter.getreports("failed")]
    if any(tried):
        terminalreporter.section("what found which fault: dbt's own tests, and how many cells of a lake's marts")
    for each in filter(None, tried):
        # one that failed early has not said all
        terminalreporter.write_line(f"{each['fault']:60} {each.get('dbt', '–'):32} {each.get('cells', '–'):>6}")
