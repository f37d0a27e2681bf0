"""Images on their way from docker to the cluster."""

import os
import shlex

import images
from cluster.kube import command
from cluster.pipeline import Pipeline

POSTGRESQL = "postgres:17"


def tool() -> list[str]:
    return shlex.split(os.environ.get("IMAGE_LOAD") or "kind load docker-image")


def bring(*references: str) -> None:
    for reference in references:
        command([*tool(), reference], 900)


def bring_all(_subject: Pipeline) -> str:
    """Our images, and PostgreSQL's where docker has it."""
    wanted = [images.reference(name) for name in images.LARGEST]
    if command(["docker", "images", "-q", POSTGRESQL]).strip():
        wanted.append(POSTGRESQL)
    bring(*wanted)
    return f"{len(wanted)} images by {tool()[0].rsplit('/', 1)[-1]}"
