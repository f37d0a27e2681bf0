#!/usr/bin/env bash
# lifelines 0.30.3 names the two columns of AalenJohansenFitter's confidence_interval_ the wrong way round: "..._upper_0.95" is below
# the estimate on every day, and "..._lower_0.95" above it. KaplanMeierFitter's are right. log(-log F) falls as F grows, and what is
# added on that scale is called the upper border as if it rose.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 'pandas<3'
"$folder/venv/bin/python" - <<'CASE'
import warnings

import lifelines

warnings.simplefilter("ignore", RuntimeWarning)  # of the logarithm of an incidence of 0
days, events = [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 1, 0, 2, 1, 0, 0]
fitted = lifelines.AalenJohansenFitter().fit(days, events, event_of_interest=1)
estimate = fitted.cumulative_density_.iloc[-1, 0]
upper, lower = (fitted.confidence_interval_[f"AJ_estimate_{border}_0.95"].iloc[-1] for border in ("upper", "lower"))
if not upper < estimate < lower:
    raise SystemExit(f"CHANGED: upper {upper}, estimate {estimate}, lower {lower}")
survival = lifelines.KaplanMeierFitter().fit(days, events)
borders = survival.confidence_interval_.iloc[-1]
assert borders["KM_estimate_lower_0.95"] < survival.survival_function_.iloc[-1, 0] < borders["KM_estimate_upper_0.95"]
print(f"seen with lifelines {lifelines.__version__}: upper {upper:.4f} < estimate {estimate:.4f} < lower {lower:.4f}")
CASE
