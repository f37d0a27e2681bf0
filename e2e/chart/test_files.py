"""How the chart's files are written: an object each, in block style, out of parts that say what they miss."""

import functools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from chart.chart import CHART, VALUE_SETS, Object, objects_of, rendered, template_without_cluster

TEMPLATES = CHART / "templates"
PARTS = sorted(TEMPLATES.rglob("*.tpl"))
# by their paths, as Helm names them
OBJECTS = {str(file.relative_to(CHART)): file for file in sorted(TEMPLATES.rglob("*.yaml"))}
VALUES = {str(file.relative_to(CHART)): file for file in (CHART / "values.yaml", *VALUE_SETS.values())}
# on an install it is the first run that wants the lake's volume, on an upgrade a Job of its own
VERBS: dict[str, tuple[str, ...]] = {"install": (), "upgrade": ("--is-upgrade",)}
RENDERED = [*((name, "install") for name in VALUE_SETS), ("default", "upgrade")]


@functools.cache
def by_file(name: str, verb: str) -> dict[str, list[Object]]:
    """The objects of each template file, by what Helm says of where they come from."""
    found: dict[str, list[Object]] = {}
    _, *parts = re.split(rf"(?m)^# Source: {CHART.name}/(\S+)\n", rendered(name, *VERBS[verb]))
    for source, document in zip(parts[::2], parts[1::2], strict=True):
        found.setdefault(source, []).extend(objects_of(document))
    return found


def of_name(source: str) -> tuple[str, str]:
    """What a file's name says: of which of a folder's objects of a kind, if of a certain one, and the kind."""
    which, _, kind = Path(source).stem.rpartition("_")
    return which, kind


def misfits(source: str, objects: list[Object]) -> list[str]:
    """Those that the file's name does not tell of."""
    which, kind = of_name(source)
    return [f"{source}: {each['kind']} {each['metadata']['name']}" for each in objects
            if each["kind"].lower() != kind or which not in each["metadata"]["name"]]


@pytest.mark.parametrize(("name", "verb"), RENDERED)
def test_a_file_has_objects_of_the_kind_in_its_name(name: str, verb: str) -> None:
    found = by_file(name, verb)
    assert set(found) <= set(OBJECTS)
    assert not [misfit for source, objects in found.items() for misfit in misfits(source, objects)]


@pytest.mark.parametrize("source", ["templates/a/secret.yaml", "templates/a/b_configmap.yaml"])
def test_what_does_not_fit_is_found(source: str) -> None:
    objects: list[Object] = [{"kind": "ConfigMap", "metadata": {"name": "c"}}]
    assert misfits(source, objects) == [f"{source}: ConfigMap c"]
    assert not misfits("templates/a/c_configmap.yaml", objects)
    assert not misfits("templates/a/configmap.yaml", objects)


def test_every_file_has_objects_with_some_values() -> None:
    assert set().union(*(by_file(name, verb) for name, verb in RENDERED)) == set(OBJECTS)


@pytest.mark.parametrize("source", OBJECTS)
def test_a_file_writes_one_object(source: str) -> None:
    """Also one that no value set has: for each customer, at most."""
    text = OBJECTS[source].read_text()
    assert [kind.lower() for kind in re.findall(r"(?m)^kind: (\S+)$", text)] == [of_name(source)[1]]
    assert "{{- define " not in text


def flows(text: str) -> list[str]:
    """Where something is written in flow style, but for what is empty."""
    nodes = list(yaml.compose_all(text, yaml.CSafeLoader))
    found = []
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.CollectionNode):
            if node.flow_style and node.value:
                found.append(f"line {node.start_mark.line + 1}: {text.splitlines()[node.start_mark.line].strip()}")
            nodes += [each for item in node.value for each in (item if isinstance(item, tuple) else (item,))]
    return sorted(found)


@pytest.mark.parametrize(("name", "verb"), RENDERED)
def test_objects_are_in_block_style(name: str, verb: str) -> None:
    assert not flows(rendered(name, *VERBS[verb]))


@pytest.mark.parametrize("name", VALUES)
def test_values_are_in_block_style(name: str) -> None:
    assert not flows(VALUES[name].read_text())


def test_flow_style_is_found() -> None:
    assert flows("a: {}\nb: []\nc: '{d: e}'\nf: |\n  [ -s g ]\n") == []
    assert flows("a:\n  - {b: c}\n---\nd: [e]\n") == ["line 2: - {b: c}", "line 4: d: [e]"]


def contracts() -> dict[str, list[str]]:
    """What every part of the templates needs, by what the comment above it says that it takes."""
    found: dict[str, list[str]] = {}
    for file in PARTS:
        for comment, name in re.findall(r'(?:\{\{/\*((?:(?!\*/).)*)\*/\}\}\n)?\{\{- define "([^"]+)" -\}\}',
                                        file.read_text(), re.DOTALL):
            takes = re.search(r"Takes\s+(nothing|the\s+root|\{[^}]+\})", comment)
            assert takes, f"{file.name}: no comment says what {name} takes"
            words = re.sub(r"\([^)]*\)", "", takes[1])
            # the root is known by what Helm puts into it
            found[name] = ["Values"] if words.endswith("root") else re.findall(r"\w+", words.removeprefix("nothing"))
    return found


CONTRACTS = contracts()
NEEDS = [(name, need) for name, needs in CONTRACTS.items() for need in needs]

# what any part takes; each that is named gets of it what is named with it
PROBE = """{{- $customers := include "emply.customers" . | fromYaml }}
{{- $key := keys $customers | sortAlpha | first }}
{{- $all := dict "root" . "customers" $customers "key" $key "customer" (get $customers $key) "component" "any"
      "steps" (list "export") "step" "export" "options" .Values.oneShotDefaults "args" (list "check") "image" "export"
      "name" "any" "kind" "Secret" "present" dict "persistence" .Values.lake "claim" "any" "service" "any" "port" 80
      "host" "any.example.org" "variable" "ANY" "database" "any" "env" "[]" "once" list "of" "export" "spec" "any"
      "program" "export"
      "bigquery" .Values.warehouse.bigquery
      "Values" .Values "Chart" .Chart "Release" .Release "Files" .Files }}
{{- range .Values.probe }}
{{- $given := dict }}
{{- range .given }}
{{- $_ := set $given . (get $all .) }}
{{- end }}
{{ .part }}: {{ include .part $given | quote }}
{{- end }}
"""
# what Helm gives
ROOT = ["Values", "Chart", "Release", "Files"]


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart with its parts, and one template that includes any of them."""
    chart = tmp_path_factory.mktemp("probe") / CHART.name
    for file in (*PARTS, CHART / "Chart.yaml", CHART / "values.yaml", *(CHART / "files").iterdir()):
        copy = chart / file.relative_to(CHART)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    (chart / "templates" / "probe.yaml").write_text(PROBE)
    return chart


def include(probe: Path, given: dict[str, list[str]], *options: str) -> "subprocess.CompletedProcess[str]":
    """Parts, each with what it is given."""
    parts = [{"part": part, "given": names} for part, names in given.items()]
    return template_without_cluster("--set-json", f"probe={json.dumps(parts)}", *options, chart=probe)


@pytest.mark.parametrize(("part", "need"), NEEDS)
def test_a_part_says_what_it_misses(probe: Path, part: str, need: str) -> None:
    done = include(probe, {part: [each for each in (*CONTRACTS[part], *ROOT[1:]) if each != need]})
    assert done.returncode != 0, f"{part} does without {need}"
    assert re.search(rf": {re.escape(part)} missing {need}\b", done.stderr), done.stderr


@pytest.mark.parametrize("name", VALUE_SETS)
def test_no_part_needs_more_than_it_says(probe: Path, name: str) -> None:
    """And neither do the parts that it includes. One of them names a dataset, also where nothing goes to BigQuery."""
    given = {part: ROOT if needs == ["Values"] else needs for part, needs in CONTRACTS.items()}
    done = include(probe, given, "--values", str(VALUE_SETS[name]), "--set", "warehouse.bigquery.dataset=any")
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)) == set(CONTRACTS)
