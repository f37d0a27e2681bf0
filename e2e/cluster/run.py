"""Installs the chart on a real cluster and does to it what users and accidents do.

    PYTHONPATH=e2e python3 -m cluster.run [STEP…]

The cluster is that of KUBECONFIG. Everything happens in a namespace of its own, which is made with pod security
`restricted` enforced, and removed at the end (KEEP=1 leaves it). Images must have been built (`make images`); each is
brought to the cluster by the command in IMAGE_LOAD, which gets its name as the last argument. One more, an emulator of
BigQuery, docker builds when it is needed.

Settings: KUBECONFIG, IMAGE_LOAD (kind load docker-image), IMAGE_PREFIX (emply-pipeline/), IMAGE_TAG (dev), HELM (helm),
SCREENSHOTS (a folder for pictures of the pages), KEEP. STEPs are names of steps to take; without any, all of them.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import images
from cluster import accidents, changes, external, install, loading, pages, ten_runs, transfer, warehouses
from cluster.kube import Kube, command
from cluster.pipeline import Pipeline
from toolbox.programs import Failed
from toolbox.screen import heading, step

NAMESPACE = "emply-test"
STEPS = (*install.STEPS, *pages.STEPS, *transfer.STEPS, *accidents.STEPS, *ten_runs.STEPS, *warehouses.STEPS,
         *changes.STEPS, *external.STEPS)


def pipeline(screenshots: Path) -> Pipeline:
    helm = os.environ.get("HELM") or shutil.which("helm")
    if helm is None:
        raise Failed("helm is neither on PATH nor named by HELM; `make test-cluster` finds or builds it")
    # a run that a schedule starts in between would make this test's own `skipped`; a step of its own tries the schedule
    values = f"image.tag={images.TAG},image.prefix={images.PREFIX},oneShotDefaults.suspend=true"
    return Pipeline(Kube(NAMESPACE, helm), ["--set", values], screenshots)


def remove_namespace() -> None:
    command(["kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s"], 200)


def main(wanted: list[str]) -> int:
    known = {name for name, _ in STEPS}
    if not known.issuperset(wanted):
        print(f"there is no step {', '.join(set(wanted) - known)}; steps are {', '.join(sorted(known))}")
        return 2
    screenshots = Path(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="emply-screens-"))
    screenshots.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    where = os.environ.get("KUBECONFIG", "kubectl's current context")
    heading(f"The chart on the cluster of {where}")
    try:
        subject = pipeline(screenshots)
        if not wanted:
            remove_namespace()
            with step("images") as done:
                done.text = loading.bring_all(subject)
        for name, function in STEPS:
            if not wanted or name in wanted:
                with step(name) as done:
                    done.text = function(subject) or ""
    except Failed as problem:
        print(f"\n{problem}", file=sys.stderr)
        for words in (["pods,jobs"], ["events", "--field-selector=type=Warning", "--sort-by=.lastTimestamp"]):
            print(command(["kubectl", "-n", NAMESPACE, "get", *words, "--ignore-not-found"]), file=sys.stderr)
        return 1
    finally:
        if not wanted and not os.environ.get("KEEP"):
            remove_namespace()
    seconds = time.monotonic() - started
    heading(f"{len(wanted or STEPS)} steps passed in {seconds:.0f} s; screenshots are in {screenshots}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
