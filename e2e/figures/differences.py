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
                yield from differences(told[name], value, "%s.%s" % (where, name))
            else:
                yield "%s.%s is not told" % (where, name)
    elif isinstance(expected, list) and isinstance(told, list) and len(expected) == len(told):
        for place, (one, other) in enumerate(zip(told, expected, strict=True)):
            yield from differences(one, other, "%s[%d]" % (where, place))
    elif isinstance(expected, float) and isinstance(told, (int, float)):
        if not math.isclose(told, expected, rel_tol=0, abs_tol=CLOSE):
            yield "%s is %r and not %r" % (where, told, expected)
    elif told != expected or isinstance(told, bool) != isinstance(expected, bool):
        yield "%s is %s and not %s" % (where, short(told), short(expected))


def short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 200 else text[:200] + "…"
