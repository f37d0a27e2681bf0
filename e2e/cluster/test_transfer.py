"""Postings on their way to the mock's job board: each arrives once, however often transfer runs."""

from collections import Counter
from typing import Any

from cluster.pipeline import Pipeline


def listings(pipeline: Pipeline) -> list[dict[str, Any]]:
    """What the board has got from the release's account, the oldest first; other steps have accounts of their own."""
    email = pipeline.kube.secret("emply-board")["BOARD_EMAIL"]
    return [each for each in pipeline.mock("/_mock/board/listings") if each["account"] == email]


def test_transfer(pipeline: Pipeline) -> None:
    assert pipeline.kube.get("cronjob", "emply-transfer")["spec"]["suspend"] is True
    assert listings(pipeline) == [], "postings were handed over before anybody asked for it"
    pipeline.hold_log(pipeline.kube.run("emply-transfer", "transfer-by-hand"))
    first = listings(pipeline)
    assert first, "no posting has arrived"
    assert {each["id"]: each["mode"] for each in first if each["mode"] != "test"} == {}, "not all are trials"
    assert [each["id"] for each in first if not each["published"]] == [], "some were begun and not published"
    references = Counter(each["job"].get("ref") for each in first)
    twice = {reference: number for reference, number in references.items() if number > 1 or not reference}
    assert twice == {}, "references are there more than once, or missing"
    pipeline.hold_log(pipeline.kube.run("emply-transfer", "transfer-again"))
    again = listings(pipeline)
    assert again == first, f"a second run made of {len(first)} listings {len(again)}"
