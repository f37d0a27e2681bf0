#!/usr/bin/env python3
"""Prints what lifelines makes of worlds, for test_figures.py.

    "$TOOLS_DIR/venv-figures/bin/python" e2e/figures/lifelines_curves.py WORLDS > CURVES

A line of WORLDS is a JSON list of [days, outcome]; a line of CURVES an object of lists, one entry for each day on which
something ended: `day`, `survival` and `incidence`, both with `lower` and `upper`; and `median`, null where it is not
reached. lifelines is used so that it does what it is asked for (findings/ has each of these):

- Its Aalen–Johansen estimator moves events of one day by chance where they are of two kinds, unless its look for such
  ties finds none.
- The same loses events at time 0, so all of it happens a day later here.
- The columns of that estimator's band bear each other's names.
"""

import json
import math
import sys
import warnings
from typing import Any

from lifelines import AalenJohansenFitter, KaplanMeierFitter

warnings.simplefilter("ignore")


class TiesStayTies(AalenJohansenFitter):  # type: ignore[misc]
    """The estimator without noise."""

    @staticmethod
    def _check_for_duplicates(durations: object, events: object) -> bool:  # noqa: ARG004
        return False


def curves(world: list[tuple[int, str]]) -> dict[str, Any]:
    days = [days for days, _ in world]
    ended = [outcome != "open" for _, outcome in world]
    causes = [0 if outcome == "open" else 1 if outcome == "hired" else 2 for _, outcome in world]
    survival = KaplanMeierFitter().fit(days, ended)
    steps = sorted({day for day, has_ended in zip(days, ended, strict=True) if has_ended})
    told: dict[str, Any] = {
        "day": steps, "median": None if math.isinf(survival.median_survival_time_) else survival.median_survival_time_,
        "survival": [float(survival.survival_function_.iloc[:, 0].loc[day]) for day in steps],
    }
    border = survival.confidence_interval_
    told["survival_lower"] = [float(border.iloc[:, 0].loc[day]) for day in steps]
    told["survival_upper"] = [float(border.iloc[:, 1].loc[day]) for day in steps]
    if 1 in causes:
        incidence = TiesStayTies().fit([day + 1 for day in days], causes, event_of_interest=1)
        border = incidence.confidence_interval_
        told["incidence"] = [float(incidence.cumulative_density_.iloc[:, 0].loc[day + 1]) for day in steps]
        told["incidence_lower"] = [float(border["AJ_estimate_upper_0.95"].loc[day + 1]) for day in steps]
        told["incidence_upper"] = [float(border["AJ_estimate_lower_0.95"].loc[day + 1]) for day in steps]
    return told


def plain(value: Any) -> Any:
    """JSON has no word for what is no number."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    with open(sys.argv[1]) as worlds:
        for line in worlds:
            told = curves([tuple(each) for each in json.loads(line)])
            print(json.dumps({name: plain(value) for name, value in told.items()}))
