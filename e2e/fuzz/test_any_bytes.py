"""Lets coverage lead the tests of any bytes, one after another: `make fuzz`.

Each test that has a `bolero::check!` runs for FUZZ_SECONDS (60) under libFuzzer; -k picks some by their path. `cargo
test` runs the same tests with chance instead. What was found that goes further is kept beside the build, and is where
the next run begins. One that does not hold prints its input.

cargo-bolero does the same, but counts branches in every target of a package, and a package's program, which has no
libFuzzer in it, does not link then (0.13.4). So the one target that holds the test is built here, with its flags.
"""

import functools
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from toolbox.programs import REPOSITORY

# other flags than those of `cargo test`, so nothing of that is compiled anew for it
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target").resolve() / "fuzz"
SECONDS = int(os.environ.get("FUZZ_SECONDS") or 60)
# An input that takes longer, in seconds, is a find too.
SECONDS_OF_AN_INPUT = 10

# What libFuzzer needs to see which way an input went. No sanitizer: those are for code that is not safe, of which
# there is none. `cfg(fuzzing_libfuzzer)` is how bolero is told who leads.
FLAGS = [
    "--cfg=fuzzing",
    "--cfg=fuzzing_libfuzzer",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-sanitizer-coverage-stack-depth",
]


class Target(NamedTuple):
    """A test of any bytes: its package, what of it cargo builds (`--lib`, `--test=NAME`), and its path in there."""

    package: str
    built: str
    test: str


def targets() -> Iterator[Target]:
    """Each test that has a `check!`."""
    for file in sorted(REPOSITORY.glob("*/*/**/*.rs")):
        text = file.read_text(encoding="utf-8")
        if "check!()" not in text:
            continue
        _, package, kind, *modules = file.relative_to(REPOSITORY).with_suffix("").parts
        built = f"--test={modules.pop(0)}" if kind == "tests" else "--lib"
        path = [module for module in modules if module not in ("main", "mod", "lib")]
        inner = ["tests"] if re.search(r"^mod tests \{", text, re.MULTILINE) else []
        for function in re.split(r"#\[test\]\s+fn ", text)[1:]:
            if "check!()" in function:
                yield Target(package, built, "::".join([*path, *inner, function.split("(", 1)[0]]))


def environment() -> dict[str, str]:
    """For cargo. The flags of a sanitizer pass are not those of a stable compiler, which takes them all the same."""
    flags = " ".join(FLAGS)
    return {
        **os.environ,
        "CARGO_TARGET_DIR": str(TARGET),
        "RUSTC_BOOTSTRAP": "1",
        "RUSTFLAGS": flags,
        "RUSTDOCFLAGS": flags,
        "BOLERO_FUZZER": "libfuzzer",
    }


def host() -> str:
    """What this machine is to rustc. It is named to cargo so that build scripts and macros get none of the flags."""
    told = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(line.split(": ", 1)[1] for line in told.splitlines() if line.startswith("host: "))


@functools.cache
def build(package: str, built: str) -> Path:
    """The program that holds the tests of one target of a package. Its progress goes to the terminal."""
    command = ["cargo", "test", "--locked", "--profile", "fuzz", "--target", host(), "--package", package]
    command += [built, "--no-run", "--message-format", "json-render-diagnostics"]
    told = subprocess.run(command, cwd=REPOSITORY, env=environment(), check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in told.stdout.splitlines()]
    return next(
        Path(message["executable"])
        for message in messages
        if message.get("executable") and message.get("profile", {}).get("test")
    )


@pytest.mark.parametrize("target", list(targets()), ids=lambda target: f"{target.package}::{target.test}")
def test_any_bytes(target: Target) -> None:
    kept = TARGET / "corpus" / target.package / target.test.replace("::", "-")
    crashes = kept / "crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    libfuzzer = [str(kept), str(crashes), f"-artifact_prefix={crashes}/"]
    libfuzzer += [f"-timeout={SECONDS_OF_AN_INPUT}", f"-max_total_time={SECONDS}"]
    led = {
        "BOLERO_FUZZER": "libfuzzer",
        "BOLERO_LIBFUZZER_ARGS": " ".join(libfuzzer),
        "BOLERO_LIBTEST_HARNESS": "1",
        "BOLERO_TEST_NAME": target.test,
    }
    command = [str(build(target.package, target.built)), target.test, "--exact", "--nocapture", "--quiet"]
    command += ["--test-threads", "1"]
    ended = subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **led}, check=False, stderr=subprocess.PIPE)
    told = ended.stderr.decode(errors="replace")
    last = "\n".join(told.splitlines()[-60:])
    assert ended.returncode == 0, last
    tried = re.findall(r"^Done (\d+) runs", told, re.MULTILINE)
    # a test that was not found ends well too, and has tried nothing
    assert tried, last
    print(f"{tried[-1]} inputs tried")


def test_there_is_something_to_run() -> None:
    assert list(targets())
