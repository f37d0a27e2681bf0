"""Postings on their way to the mock's job board: each arrives once, however often transfer runs."""

import base64
from collections import Counter
from typing import Any

from cluster.install import check_log
from cluster.kube import expect
from cluster.pipeline import Pipeline

SECRET = "emply-board"


def listings(subject: Pipeline) -> list[dict[str, Any]]:
    """What the board has got from the release's account, the oldest first; other steps have accounts of their own."""
    email = base64.b64decode(subject.kube.secret(SECRET)["BOARD_EMAIL"]).decode()
    return [each for each in subject.mock("/_mock/board/listings") if each["account"] == email]


def each_once(subject: Pipeline) -> str:
    suspended = subject.kube.get("cronjob", "emply-transfer")["spec"]["suspend"]
    expect(suspended is True and not listings(subject), "postings were handed over before anybody asked for it")
    check_log(subject, subject.kube.run("emply-transfer", "transfer-by-hand"))
    first = listings(subject)
    expect(bool(first), "no posting has arrived")
    hidden = {each["id"]: each["mode"] for each in first if each["mode"] != "test"}
    expect(not hidden, f"listings that are no trials: {hidden}")
    unpublished = [each["id"] for each in first if not each["published"]]
    expect(not unpublished, f"listings that were begun and not published: {unpublished}")
    references = Counter(each["job"].get("ref") for each in first)
    twice = {reference: number for reference, number in references.items() if number > 1 or not reference}
    expect(not twice, f"references that are there more than once, or missing: {twice}")
    check_log(subject, subject.kube.run("emply-transfer", "transfer-again"))
    again = listings(subject)
    expect(again == first, f"a second run made of {len(first)} listings {len(again)}")
    return f"{len(first)} listings after one run and after two, each reference once"


STEPS = (("transfer", each_once),)
