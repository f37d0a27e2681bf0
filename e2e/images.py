#!/usr/bin/env python3
"""Builds the container images, all with one compile, prints their sizes, and holds them to what we promise.

    python3 e2e/images.py [NAME…]

NAMEs are targets of the Dockerfile; without any, all of them. Settings: IMAGE_PREFIX (emply-pipeline/), IMAGE_TAG
(dev), IMAGE_PLATFORM (docker's own, or linux/amd64, linux/arm64), VERSION (the workspace's), and what docker itself
reads.
"""

import os
import re
import subprocess
import sys

from toolbox.programs import PROGRAMS, REPOSITORY, Failed
from toolbox.screen import heading, say, step, table

PREFIX = os.environ.get("IMAGE_PREFIX", "emply-pipeline/")
TAG = os.environ.get("IMAGE_TAG", "dev")
PLATFORM = ["--platform", os.environ["IMAGE_PLATFORM"]] if os.environ.get("IMAGE_PLATFORM") else []
# MB (of a million bytes) at most, of a whole image; of a Rust program alone
LARGEST = {**dict.fromkeys(PROGRAMS, 50), "dbt-lake": 400, "dbt-bigquery": 900}
LARGEST_PROGRAM = 25
# what the chart runs with default values, and with `warehouse.type: bigquery`
OF_THE_CHART = (*PROGRAMS, "dbt-lake")
WITH_BIGQUERY = (*PROGRAMS, "dbt-bigquery")
# a first build compiles all dependencies
BUILD_SECONDS = 3600


def reference(name: str) -> str:
    return f"{PREFIX}{name}:{TAG}"


def docker(*words: str, timeout_seconds: float = 60) -> str:
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    try:
        done = subprocess.run(["docker", *words], cwd=REPOSITORY, env=environment, capture_output=True, text=True,
                              timeout=timeout_seconds, check=False)
    except FileNotFoundError:
        raise Failed("docker is not on PATH, and images are built by it") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"docker {words[0]} did not end within {int(timeout_seconds)} s") from None
    if done.returncode != 0:
        raise Failed("docker {} failed:\n{}".format(" ".join(words), "\n".join(done.stderr.splitlines()[-40:])))
    return done.stdout


def version() -> str:
    found = re.search(r'(?m)^version = "(.+)"$', (REPOSITORY / "Cargo.toml").read_text())
    if found is None:
        raise Failed("Cargo.toml names no version of the workspace")
    return os.environ.get("VERSION") or found.group(1)


def build(name: str) -> None:
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    given = {"VERSION": version(), "REVISION": revision.stdout.strip()}
    arguments = [word for name_of, value in given.items() for word in ("--build-arg", f"{name_of}={value}")]
    docker("build", "--quiet", *PLATFORM, "--target", name, "--tag", reference(name), *arguments, ".",
           timeout_seconds=BUILD_SECONDS)


def megabytes(name: str) -> float:
    return int(docker("image", "inspect", "--format", "{{.Size}}", reference(name))) / 1e6


def program_megabytes(name: str) -> float:
    """Size of the layer that holds nothing but the program: the last one that holds anything."""
    layers = docker("history", "--human=false", "--format", "{{.Size}}", reference(name)).split()
    return next(int(size) for size in layers if int(size)) / 1e6


def measure(name: str) -> tuple[list[str], list[str]]:
    """A row of the table, and what is too large."""
    whole, faults = megabytes(name), []
    if whole > LARGEST[name]:
        faults.append(f"{reference(name)} has {whole:.1f} MB, at most {LARGEST[name]} are promised")
    program = program_megabytes(name) if name in PROGRAMS else None
    if program is not None and program > LARGEST_PROGRAM:
        faults.append(f"the program {name} has {program:.1f} MB, at most {LARGEST_PROGRAM} are promised")
    shown = ["–", "–"] if program is None else [f"{program:.1f}", str(LARGEST_PROGRAM)]
    return [reference(name), f"{whole:.1f}", str(LARGEST[name]), *shown], faults


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(LARGEST)
    if unknown:
        say(f"there is no image {', '.join(sorted(unknown))}; images are {', '.join(LARGEST)}")
        return 2
    heading("Images")
    try:
        measured = []
        for name in wanted or LARGEST:
            with step(name):
                build(name)
            measured.append(measure(name))
    except Failed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    heading("Sizes in MB, and what they may be")
    table(["image", "whole", "at most", "program", "at most"], [row for row, _ in measured])
    faults = [fault for _, found in measured for fault in found]
    for fault in faults:
        print("TOO LARGE: " + fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
