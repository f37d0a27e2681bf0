#!/usr/bin/env bash
# lifelines 0.30.3 tells the median of a Kaplan-Meier curve that is at exactly one half one event too late: of six that end on the
# days 1 to 6, three have ended on day 3, which is its median by the definition (the first day on which half or less is left), and
# lifelines says day 4. The curve is a sum of logarithms, of which 5/6 * 4/5 * 3/4 comes out as 0.5000000000000001, and the median
# compares that with 0.5 as it stands. Of four, and of ten, it says the right day; so of two worlds alike one is told otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 'pandas<3'
"$folder/venv/bin/python" - <<'CASE'
import lifelines


def median(ended: int) -> float:
    """Of so many that end on the days 1, 2, 3 and so on."""
    return float(lifelines.KaplanMeierFitter().fit(range(1, ended + 1)).median_survival_time_)


seen = {ended: median(ended) for ended in (4, 6, 8, 10, 14, 18, 20)}
expected = {4: 2.0, 6: 4.0, 8: 5.0, 10: 5.0, 14: 8.0, 18: 10.0, 20: 11.0}
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
print(f"seen with lifelines {lifelines.__version__}: of so many, half have ended after so many days: {seen}")
CASE
