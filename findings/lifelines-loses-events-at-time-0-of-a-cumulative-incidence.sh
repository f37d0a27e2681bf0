#!/usr/bin/env bash
# lifelines 0.30.3 takes a duration of 0 for an event by KaplanMeierFitter, and leaves it out of the cumulative incidence of
# AalenJohansenFitter, without a word: of four, one has the event on day 0, one on day 2, and two are followed for 5 days. The
# survival ends at 1/2, and the incidence, of events of one kind alone, at 1/4 instead of 1/2. A day later all of it comes out right.
# Days that are whole numbers begin at 0 wherever something may end on the day it began.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 'pandas<3'
"$folder/venv/bin/python" - <<'CASE'
import warnings

import lifelines


def told(later: int) -> tuple[float, float]:
    """The last survival and the last incidence, with all that happens so many days later."""
    days, events = [day + later for day in (0, 2, 5, 5)], [1, 1, 0, 0]
    survival = lifelines.KaplanMeierFitter().fit(days, events).survival_function_
    incidence = lifelines.AalenJohansenFitter().fit(days, events, event_of_interest=1).cumulative_density_
    return round(float(survival.iloc[-1, 0]), 6), round(float(incidence.iloc[-1, 0]), 6)


warnings.simplefilter("ignore", RuntimeWarning)  # of the logarithm of an incidence of 0
seen = told(0), told(1)
if seen != ((0.5, 0.25), (0.5, 0.5)):
    raise SystemExit(f"CHANGED: {seen}")
print(f"seen with lifelines {lifelines.__version__}: survival and incidence are {seen[0]}, and a day later {seen[1]}")
CASE
