"""How the numbers are cut: in which time zone, how far back, and from how many people on. The marts read these by the
names that they have in the environment (macros/report_settings.sql)."""

import importlib
import re
import zoneinfo
from collections.abc import Callable

# five is what works councils and statisticians ask for; fewer would tell of somebody
LEAST_GROUP = 5
MOST_GROUP = 1_000_000
MOST_MONTHS = 240


class Report:
    """What is wrong with a setting is added to `faults`, by name and never with the value."""

    def __init__(self, text: Callable[[str], str | None], faults: list[str]) -> None:
        self.time_zone = text("REPORT_TIME_ZONE") or "Europe/Berlin"
        if not is_time_zone(self.time_zone):
            faults.append("REPORT_TIME_ZONE is not the name of a time zone as IANA has it, such as Europe/Berlin")
        self.min_group = text("REPORT_MIN_GROUP") or str(LEAST_GROUP)
        if not is_whole(self.min_group, LEAST_GROUP, MOST_GROUP):
            faults.append(f"REPORT_MIN_GROUP is not a whole number from {LEAST_GROUP} to {MOST_GROUP}")
        self.compare_departments = text("REPORT_COMPARE_DEPARTMENTS") or "false"
        if self.compare_departments not in ("true", "false"):
            faults.append("REPORT_COMPARE_DEPARTMENTS is neither true nor false")
        self.history_months = text("REPORT_HISTORY_MONTHS") or "36"
        if not is_whole(self.history_months, 1, MOST_MONTHS):
            faults.append(f"REPORT_HISTORY_MONTHS is not a whole number from 1 to {MOST_MONTHS}")

    def __str__(self) -> str:
        return f"{self.time_zone}, {self.history_months} months, groups of {self.min_group}"

    def environment(self) -> dict[str, str]:
        return {
            "REPORT_TIME_ZONE": self.time_zone, "REPORT_MIN_GROUP": self.min_group,
            "REPORT_COMPARE_DEPARTMENTS": self.compare_departments, "REPORT_HISTORY_MONTHS": self.history_months,
        }


def is_time_zone(name: str) -> bool:
    """By the list that comes with dbt: not every image has the system's, which also names files that are no zone."""
    try:
        known: set[str] = importlib.import_module("pytz").all_timezones_set
    except ImportError:
        # dbt is missing, too, and that is said
        known = zoneinfo.available_timezones() - {"localtime"}
    return name in known


def is_whole(text: str, least: int, most: int) -> bool:
    """Digits of ASCII alone: Python takes more for a number, and SQL does not."""
    return bool(re.fullmatch(r"[0-9]{1,9}", text)) and least <= int(text) <= most
