"""Programs that are written in Go: from PATH, else built into TOOLS_DIR/bin, once.

    PYTHONPATH=e2e python3 -m toolbox.go_tools NAME…     prints where each is, a line each
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolbox.programs import REPOSITORY, Failed

TOOLS = {
    "helm": "helm.sh/helm/v4/cmd/helm@v4.3.1",
    # what many still have; nobody has it on PATH by this name
    "helm3": "helm.sh/helm/v3/cmd/helm@v3.21.4",
    "helm-docs": "github.com/norwoodj/helm-docs/cmd/helm-docs@v1.14.2",
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
}
# modules are downloaded and compiled the first time
BUILD_SECONDS = 1200


def folder() -> Path:
    return Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve() / "bin"


def find(name: str) -> str | None:
    """The program, or nothing where neither it nor Go is there."""
    on_path = shutil.which(name)
    if on_path:
        return on_path
    # one of another version than the one named here is made anew
    program, stamp = folder() / name, folder() / f".{name}.version"
    if program.is_file() and stamp.is_file() and stamp.read_text() == TOOLS[name]:
        return str(program)
    go = shutil.which("go")
    if go is None:
        return None
    build(go, name)
    stamp.write_text(TOOLS[name])
    return str(program)


def build(go: str, name: str) -> None:
    print(f"go_tools: building {TOOLS[name]} (minutes, the first time)", file=sys.stderr, flush=True)
    started = time.monotonic()
    folder().mkdir(parents=True, exist_ok=True)
    words = [go, "install", TOOLS[name]]
    # Go calls a program as its package is called, and two versions of one would be the same file
    with tempfile.TemporaryDirectory(dir=folder()) as made:
        try:
            done = subprocess.run(words, env={**os.environ, "GOBIN": made, "GOFLAGS": "-ldflags=-s"}, cwd="/",
                                  capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise Failed(f"{' '.join(words)} did not end within {BUILD_SECONDS} s") from None
        if done.returncode != 0:
            raise Failed("{} failed:\n{}".format(" ".join(words), "\n".join(done.stderr.splitlines()[-20:])))
        (program,) = Path(made).iterdir()
        program.replace(folder() / name)
    print(f"go_tools: {name} is ready after {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def main(names: list[str]) -> int:
    try:
        found = {name: find(name) for name in names}
    except (Failed, KeyError) as problem:
        print(f"go_tools: {problem}", file=sys.stderr)
        return 1
    for name, program in found.items():
        if program is None:
            print(f"go_tools: {name} is not on PATH, and there is no Go to build it with", file=sys.stderr)
            return 1
        print(program)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
