"""Where what was told is not what has to be told."""

import math
from collections.abc import Iterator
from typing import Any

CLOSE = 1e-9


def differences(told: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Place by place. Of an object those places count that are expected; a number may be off by 1e-9."""
    if isinstance(expected, dict) and isinstance(told, dict):
        for name, value in expected.items():
            if name in told:
                yield from differences(told[name], value, f"{where}.{name}")
            else:
                yield f"{where}.{name} is not told"
    elif isinstance(expected, list) and isinstance(told, list) and len(expected) == len(told):
        for place, (one, other) in enumerate(zip(told, expected, strict=True)):
            yield from differences(one, other, f"{where}[{place}]")
    elif isinstance(expected, float) and isinstance(told, (int, float)):
        if not math.isclose(told, expected, rel_tol=0, abs_tol=CLOSE):
            yield f"{where} is {told!r} and not {expected!r}"
    elif told != expected or isinstance(told, bool) != isinstance(expected, bool):
        yield f"{where} is {short(told)} and not {short(expected)}"


def short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 200 else text[:200] + "…"
