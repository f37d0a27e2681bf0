"""Holds the chart against Helm's rules, its schema, our rules for every pod, and kube-score, with each value set.

    PYTHONPATH=e2e python3 -m chart.run

Run by a Python that has PyYAML and pytest (`make tools`). Helm, helm-docs and kube-score come from PATH, else Go builds
them into TOOLS_DIR; where there is neither, this says so and ends well.
"""

import os
import subprocess
import sys
from pathlib import Path

from toolbox import go_tools
from toolbox.programs import Failed

HERE = Path(__file__).resolve().parent
# what kube-score demands of every chart and this one decides otherwise
IGNORED = {
    "container-security-context-user-group-id": "PostgreSQL's image has the user 999; the check wants 10000 and more",
    "container-image-pull-policy": "a tag that does not move is pulled once",
    "deployment-replicas": "a volume and a world have one writer",
    "deployment-strategy": "and never two of them",
}


def score(program: str) -> int:
    """kube-score's verdict on each value set; 0 when it has nothing to say."""
    from chart.chart import VALUE_SETS, template

    worst = 0
    for name, file in VALUE_SETS.items():
        # a limit of CPU slows a run down on a node that has nothing else to do
        words = [program, "score", "--kubernetes-version", "v1.33", "--output-format", "ci",
                 "--ignore-container-cpu-limit"]
        words += [word for check in IGNORED for word in ("--ignore-test", check)]
        rendered = template("--values", str(file)).stdout
        done = subprocess.run([*words, "-"], input=rendered, capture_output=True, text=True, timeout=120, check=False)
        found = [line for line in done.stdout.splitlines() if line.startswith(("[CRITICAL]", "[WARNING]"))]
        if done.returncode != 0 or found:
            worst = 1
            print("\n".join(found) or done.stdout + done.stderr)
        print(f"kube-score: {name}: {f'{len(found)} findings' if found else 'nothing to say'}", flush=True)
    return worst


def main() -> int:
    try:
        found = {name: go_tools.find(name) for name in ("helm", "helm-docs", "kube-score")}
    except Failed as problem:
        print(f"chart-test: {problem}", file=sys.stderr)
        return 1
    if found["helm"] is None:
        print("SKIPPED: the chart is not tested, since neither Helm nor Go is on PATH")
        return 0
    os.environ["HELM"] = str(found["helm"])
    if found["helm-docs"]:
        os.environ["HELM_DOCS"] = str(found["helm-docs"])
    import pytest

    if pytest.main(["--quiet", str(HERE)]) != 0:
        return 1
    if found["kube-score"] is None:
        print("SKIPPED: kube-score is not on PATH, and there is no Go to build it with")
        return 0
    return score(str(found["kube-score"]))


if __name__ == "__main__":
    sys.exit(main())
