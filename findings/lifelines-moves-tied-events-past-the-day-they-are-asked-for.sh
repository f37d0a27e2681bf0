#!/usr/bin/env bash
# lifelines 0.30.3 warns that its Aalen-Johansen estimator cannot handle events of two kinds at one time, and moves them by chance, up
# to 0.0001 either way. What the warning does not say: whoever then asks for that time misses those that were moved past it. Of forty
# on day 30, 39 have the event and one ends otherwise, so 0.975 have it by day 30; predict(30) says about half of that, another number
# with each seed. Where both kinds are there more than once, it sees no tie, moves nothing, and tells the right number: the estimator
# needs no moving, and without its look for ties (_check_for_duplicates) it is always right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 'pandas<3'
"$folder/venv/bin/python" - <<'CASE'
import warnings

import lifelines
import pandas as pd


class TiesStayTies(lifelines.AalenJohansenFitter):
    @staticmethod
    def _check_for_duplicates(durations: object, events: object) -> bool:
        return False


def by_day_30(fitter: lifelines.AalenJohansenFitter, others: int = 1) -> float:
    days, events = pd.Series([30] * 40), pd.Series([1] * (40 - others) + [2] * others)
    return round(float(fitter.fit(days, events, event_of_interest=1).predict(30)), 6)


warnings.simplefilter("ignore")  # of ties, and of the logarithm of an incidence of 0
moved = [by_day_30(lifelines.AalenJohansenFitter(seed=seed)) for seed in range(5)]
kept, unseen = by_day_30(TiesStayTies()), by_day_30(lifelines.AalenJohansenFitter(), others=2)
if kept != 0.975 or unseen != 0.95 or max(moved) >= 0.8 or len(set(moved)) == 1:
    raise SystemExit(f"CHANGED: moved {moved}, kept {kept}, unseen {unseen}")
print(f"seen with lifelines {lifelines.__version__}: by day 30 {kept} have it, and told are {moved}")
CASE
