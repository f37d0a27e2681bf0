"""Installs the chart on a real cluster and does to it what users and accidents do: an ordered session of tests.

    [STEPS="STEP, STEP"] "$TOOLS_DIR/venv-toolbox/bin/python" -m pytest -v e2e/cluster

The cluster is that of KUBECONFIG. Everything happens in a namespace of its own, which the step `namespace` makes with
pod security `restricted` enforced, and which is removed at the end of a session that made it (KEEP=1 leaves it; steps
that STEPS picks take what is there). Images must have been built (`make images`); each is brought to the cluster by the
command in IMAGE_LOAD, which gets its name as the last argument. One more, an emulator of BigQuery, docker builds when
it is needed.

Settings: KUBECONFIG, IMAGE_LOAD (kind load docker-image), IMAGE_PREFIX (emply-pipeline/), IMAGE_TAG (dev), HELM (helm),
SCREENSHOTS (a folder for pictures of the pages), KEEP, STEPS.
"""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

import images
from cluster.kube import Kube, command
from cluster.pipeline import Pipeline
from toolbox import go_tools
from toolbox.programs import Failed

NAMESPACE = "emply-test"
INSTALLED, RAN = ("install",), ("first_run",)
# the tests in their order, each by its name; and what has to have gone well before it
STEPS: dict[str, tuple[str, ...]] = {
    "namespace": (),
    "images": (),
    "images_of_postgresql": (),
    "value_sets": ("namespace",),
    "install": ("namespace", "images"),
    "first_run": INSTALLED,
    "roles": RAN,
    "by_hand": RAN,
    "helm_test": RAN,
    # pages
    "mock_refuses_a_wrong_key": INSTALLED,
    "mock_has_no_faults": INSTALLED,
    "board_keeps_a_job_ad": INSTALLED,
    "policies": RAN,
    "dashboard": RAN,
    "dashboard_in_the_charts_language": RAN,
    "weeks": RAN,
    "no_such_figure": RAN,
    "wrong_token": INSTALLED,
    "picture": ("by_hand",),
    "transfer": RAN,
    # accidents
    "database_away": RAN,
    "ingest_gone": RAN,
    "export_gone": RAN,
    "wrong_key": RAN,
    "bad_data": RAN,
    "mock_again": RAN,
    "ten_runs": RAN,
    # BigQuery for a while, and the lake again
    "only_changes_are_sent": RAN,
    "warehouses": RAN,
    "spoilt_value": RAN,
    # changes of the release
    "upgrade": RAN,
    "failed_upgrade": ("upgrade",),
    "changed_by_hand": ("upgrade",),
    "people": RAN,
    "backup": ("upgrade",),
    "another_version": ("backup",),
    "rollback": ("upgrade",),
    "uninstall": INSTALLED,
    "again": ("uninstall",),
    "old_volumes": ("again",),
    "larger_volume": ("again",),
    # another release, beside what is left of the first one
    "external": ("namespace", "images"),
    "pooler": ("external",),
    "wrong_authority": ("external",),
    "external_uninstalled": ("external",),
    # and what is applied without Helm
    "gitops": ("namespace", "images"),
    "gitops_again": ("gitops",),
    "gitops_changed": ("gitops",),
    "gitops_removed": ("gitops",),
}
BROKEN = pytest.StashKey[set[str]]()
SCREENSHOTS = pytest.StashKey[Path]()


def step(item: pytest.Item) -> str:
    return getattr(item, "originalname", item.name).removeprefix("test_")


def pytest_report_header() -> str:
    return f"the chart on the cluster of {os.environ.get('KUBECONFIG') or 'the current context of kubectl'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    unknown = {step(item) for item in ours}.union(*STEPS.values()) - STEPS.keys()
    if unknown:
        raise pytest.UsageError(f"STEPS in {__file__} does not say what {', '.join(unknown)} needs")
    # by whole names, not by pieces of them as -k does: `install` is not to take `uninstall` along
    picked = {name.strip() for name in os.environ.get("STEPS", "").split(",")} - {""} or STEPS.keys()
    if picked - STEPS.keys():
        raise pytest.UsageError(f"there is no step {', '.join(picked - STEPS.keys())}; steps are {', '.join(STEPS)}")
    order = list(STEPS)
    ours_picked = sorted((item for item in ours if step(item) in picked), key=lambda item: order.index(step(item)))
    items[:] = [item for item in items if item not in ours] + ours_picked


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    broken = item.session.stash.setdefault(BROKEN, set())
    lacking = broken.intersection(STEPS[step(item)])
    if lacking:
        # whatever needs this one is skipped too
        broken.add(step(item))
        pytest.skip(f"{' and '.join(sorted(lacking))} did not go well")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers what failed, and shows what the namespace has then."""
    report = yield
    if report.failed:
        item.session.stash.setdefault(BROKEN, set()).add(step(item))
        report.sections.append(("the namespace", state()))
    return report


def state() -> str:
    try:
        return "\n".join(command(["kubectl", "-n", NAMESPACE, "get", *words, "--ignore-not-found"]) for words in (
            ["pods,jobs"], ["events", "--field-selector=type=Warning", "--sort-by=.lastTimestamp"]))
    except (Failed, OSError) as problem:
        return str(problem)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    folder = config.stash.get(SCREENSHOTS, None)
    if folder:
        terminalreporter.write_line(f"screenshots are in {folder}")


@pytest.fixture(scope="session")
def namespace() -> Iterator[str]:
    """The name; whoever was there before is gone, and the namespace itself is after the session."""
    remove_namespace()
    yield NAMESPACE
    if not os.environ.get("KEEP"):
        remove_namespace()


def remove_namespace() -> None:
    command(["kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s"], 200)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    helm = os.environ.get("HELM") or go_tools.find("helm")
    if helm is None:
        raise Failed("helm is neither on PATH nor named by HELM, and there is no Go to build it with")
    # a run that a schedule starts in between would make this test's own `skipped`; a step of its own tries the schedule
    values = f"image.tag={images.TAG},image.prefix={images.PREFIX},oneShotDefaults.suspend=true"
    return Pipeline(Kube(NAMESPACE, helm), ["--set", values])


@pytest.fixture(scope="session")
def screenshots(pytestconfig: pytest.Config) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="emply-screens-"))
    folder.mkdir(parents=True, exist_ok=True)
    pytestconfig.stash[SCREENSHOTS] = folder
    return folder
