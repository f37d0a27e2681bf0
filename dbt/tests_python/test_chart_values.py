import pytest

from chart_values import VARIABLE, beside

TABLE = "LAKE_PATH=lake; REPORTS_TOKEN=REPORTS_TOKEN of Secret a; DBT_*=customers.a.settings"


@pytest.mark.parametrize(("message", "told"), [
    ("the disk is full", ""),
    ("LAKE_PATH is no folder, LAKE_PATH", " (in the chart, LAKE_PATH is lake)"),
    ("is REPORTS_TOKEN right?", " (in the chart, REPORTS_TOKEN is REPORTS_TOKEN of Secret a)"),
    ("unset DBT_THREADS", " (in the chart, DBT_THREADS is customers.a.settings.DBT_THREADS)"),
    ("DBT_ and MY_LAKE_PATH", ""),
])
def test_each_setting_of_a_message_is_told_with_its_value(message: str, told: str) -> None:
    assert beside(message, {VARIABLE: TABLE}) == message + told
    assert beside(message, {}) == message
