"""Messages name settings; whoever installed the chart has its values instead, so there each is told beside the setting,
as by the other programs."""

import os
import re
from collections.abc import Mapping

# `NAME=VALUE; …`; a name that ends in `*` stands for all that begin so, and stand below that value by their own name
VARIABLE = "CHART_VALUES"
SETTING = re.compile(r"[A-Z0-9_]+")


def beside(message: str, variables: Mapping[str, str] = os.environ) -> str:
    """A message with the chart's values of the settings that it names; as it is where there is no chart, or it names none."""
    table = dict(pair.split("=", 1) for pair in variables.get(VARIABLE, "").split("; ") if "=" in pair)
    named = dict.fromkeys(SETTING.findall(message))
    told = [f"{name} is {value}" for name in named if (value := value_of(table, name))]
    return f"{message} (in the chart, {', '.join(told)})" if told else message


def value_of(table: Mapping[str, str], setting: str) -> str | None:
    if setting in table:
        return table[setting]
    starts = [name for name in table if name.endswith("*") and setting.startswith(name[:-1]) and len(setting) >= len(name)]
    return f"{table[starts[0]]}.{setting}" if starts else None
