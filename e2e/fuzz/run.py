#!/usr/bin/env python3
"""Lets coverage lead the tests of any bytes, one after another.

    python3 e2e/fuzz/run.py [SECONDS] [NAME…]

Each test that has a `bolero::check!` runs for SECONDS (60 if nothing is said) under libFuzzer, by cargo-bolero, which
is put into TOOLS_DIR/bin the first time; with NAMEs, those alone whose path holds one of them. `cargo test` runs the
same tests with chance instead. What was found that goes further is kept beside the build, and is where the next run
begins.

Exit code: 0 all hold, 1 one does not, and its input is printed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VERSION = "0.13.4"
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
# other features and flags than those of `cargo test`, so nothing of that is compiled anew for it
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target").resolve() / "fuzz"
SECONDS_OF_ONE = 60


def targets() -> Iterator[tuple[str, str]]:
    """Package and path of each test."""
    for file in sorted(REPOSITORY.glob("*/*/**/*.rs")):
        text = file.read_text(encoding="utf-8")
        if "check!()" not in text:
            continue
        _, package, kind, *modules = file.relative_to(REPOSITORY).with_suffix("").parts
        if kind == "tests":
            modules.pop(0)
        path = [module for module in modules if module not in ("main", "mod")]
        inner = ["tests"] if re.search(r"^mod tests \{", text, re.MULTILINE) else []
        for function in re.split(r"#\[test\]\s+fn ", text)[1:]:
            if "check!()" in function:
                yield package, "::".join([*path, *inner, function.split("(", 1)[0]])


def run(package: str, test: str, seconds: int) -> bool:
    """Whether it holds."""
    kept = TARGET / "corpus" / package / test.replace("::", "-")
    (kept / "crashes").mkdir(parents=True, exist_ok=True)
    command = [str(TOOLS / "bin" / "cargo-bolero"), "bolero", "test", "--package", package, test]
    # the sanitizer is for code that is not safe, of which there is none
    command += ["--rustc-bootstrap", "--sanitizer", "NONE", "-T", "%ds" % seconds]
    command += ["--corpus-dir", str(kept), "--crashes-dir", str(kept / "crashes")]
    print("\n=== %s %s" % (package, test), flush=True)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    seconds = int(arguments[0]) if arguments and arguments[0].isdigit() else SECONDS_OF_ONE
    names = [name for name in arguments if not name.isdigit()]
    if not (TOOLS / "bin" / "cargo-bolero").is_file():
        install = ["cargo", "install", "cargo-bolero", "--version", VERSION, "--locked", "--root", str(TOOLS)]
        subprocess.run(install, check=True)
    wanted = [target for target in targets() if not names or any(name in target[1] for name in names)]
    failed = [test for package, test in wanted if not run(package, test, seconds)]
    for test in failed:
        print("%s does not hold" % test)
    print("fuzz: %d of %d tests held, %d s each" % (len(wanted) - len(failed), len(wanted), seconds))
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
