"""kubectl and helm against the cluster of KUBECONFIG, in one namespace."""

import base64
import contextlib
import functools
import json
import os
import re
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from toolbox.programs import DIRECT, Failed


def command(words: Sequence[str], timeout_seconds: float = 120, given: str | None = None, fails: bool = False) -> str:
    """Runs it and gives its output, both streams when it is expected to fail."""
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=timeout_seconds, check=False)
    except subprocess.TimeoutExpired as problem:
        raise Failed(f"{' '.join(words[:6])} did not end within {int(timeout_seconds)} s") from problem
    if (done.returncode != 0) != fails:
        expected = "to fail" if fails else "to succeed"
        raise Failed(f"expected {expected}: {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr if fails else done.stdout


def until(what: str, seconds: float, ask: Callable[[], Any], pause: float = 0.5) -> Any:
    """Asks until the answer is neither false nor nothing, and gives it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {int(seconds)} s")
        time.sleep(pause)


def bring(reference: str) -> None:
    """An image, on its way from docker to the cluster."""
    command([*shlex.split(os.environ.get("IMAGE_LOAD") or "kind load docker-image"), reference], 900)


class Kube:
    """One namespace."""

    def __init__(self, namespace: str, helm: str) -> None:
        self.namespace, self.helm_program = namespace, helm

    def kubectl(self, *words: str, timeout_seconds: float = 120, given: str | None = None, fails: bool = False) -> str:
        return command(["kubectl", "-n", self.namespace, *words], timeout_seconds, given, fails)

    def helm(self, *words: str, timeout_seconds: float = 400, fails: bool = False) -> str:
        return command([self.helm_program, "-n", self.namespace, *words], timeout_seconds, None, fails)

    @functools.cached_property
    def version(self) -> str:
        """The cluster's. `helm template` of Helm 3 does not ask for it, not even with `--dry-run=server`."""
        return str(json.loads(self.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"])

    def get(self, *words: str) -> Any:
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def secret(self, name: str) -> dict[str, str]:
        """What it holds, as text."""
        return {key: base64.b64decode(value).decode() for key, value in self.get("secret", name)["data"].items()}

    def sql(self, statement: str, database: str = "emply") -> str:
        """What psql prints for it, in the database's own pod."""
        psql = ["psql", "-U", "emply", "-d", database, "-v", "ON_ERROR_STOP=1", "-qtAc", statement]
        return self.kubectl("exec", "emply-postgresql-0", "-c", "postgresql", "--", *psql).strip()

    def pods_of(self, job: str) -> list[dict[str, Any]]:
        pods = self.get("pods", "-l", "batch.kubernetes.io/job-name=" + job)["items"]
        return sorted(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])

    def pod_when(self, job: str, container: str, state: str) -> str:
        """Waits until the container of the job's first pod is waiting, running or terminated; gives the pod's name."""
        def there() -> str | None:
            pod = next(iter(self.pods_of(job)), {})
            status = pod.get("status", {})
            each = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
            states = {one["name"]: next(iter(one.get("state", {"waiting": {}}))) for one in each}
            return pod["metadata"]["name"] if states.get(container) == state else None

        return str(until(f"{container} of {job} to be {state}", 120, there, 0.1))

    def start(self, cron_job: str, name: str) -> str:
        """Triggers a run by hand, as the chart's notes say."""
        self.kubectl("create", "job", "--from=cronjob/" + cron_job, name)
        return name

    def outcome(self, job: str, seconds: float = 600) -> str:
        """`Complete` or `Failed`, when it has come to that."""
        def ended() -> str | None:
            conditions = self.get("job", job).get("status", {}).get("conditions", [])
            return next((each["type"] for each in conditions
                         if each["type"] in ("Complete", "Failed") and each["status"] == "True"), None)

        outcome: str = until("the end of job " + job, seconds, ended)
        return outcome

    def run(self, cron_job: str, name: str) -> list[dict[str, Any]]:
        """A run by hand that must succeed; gives its log."""
        job = self.start(cron_job, name)
        outcome = self.outcome(job)
        log = self.logs("job/" + job)
        assert outcome == "Complete", f"job {job}: {outcome}, its log ends with {log[-3:]}"
        return log

    def logs(self, what: str, container: str | None = None) -> list[dict[str, Any]]:
        """The lines of one container, or of all one after the other; those that are no JSON as their `message`."""
        chosen = ["-c", container] if container else ["--all-containers"]
        lines = self.kubectl("logs", *chosen, what).splitlines()
        return [as_record(line) for line in lines]

    @contextlib.contextmanager
    def forward(self, service: str, port: int) -> Iterator[str]:
        """A port-forward; gives the address that it answers at."""
        words = ["kubectl", "-n", self.namespace, "port-forward", "service/" + service, f":{port}"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            if found is None:
                raise Failed(f"port-forward to {service}: {line.strip()}")
            yield "http://127.0.0.1:" + found.group(1)
        finally:
            process.terminate()
            process.wait(10)


def as_record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        return record if isinstance(record, dict) else {"message": line}
    except ValueError:
        return {"message": line}


def ask(
    url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, Any, bytes]:
    """Status, headers and body, whatever the status."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with DIRECT.open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers, problem.read()
