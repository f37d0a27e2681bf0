"""What the words of the world mean to export: those for the mock, without a few, so that some are not listed."""

import re
from pathlib import Path

from marts.expected.facts import Stand
from toolbox.programs import REPOSITORY

MOCKS = REPOSITORY / "helm" / "emply-pipeline" / "files" / "vocabulary-for-the-mock.toml"
# in every language that the world has, so that no other label can stand in for one
UNLISTED = (
    "Angebot", "Offer", "Tilbud", "Aanbod", "Unterlagen fehlen", "Documents missing", "Manglende bilag",
    "Onvolledig dossier", "Indeed",
)
LINE = re.compile(r'"(?P<label>[^"]+)" = "(?P<meaning>[^"]+)"')


class Vocabulary:
    """Meanings by label, of each of the sections stages, reasons and sources. `file` is what export reads."""

    def __init__(self, work: Path) -> None:
        self.file = work / "vocabulary.toml"
        self.sections: dict[str, dict[str, str]] = {}
        kept, section = [], {}
        for line in MOCKS.read_text(encoding="utf-8").splitlines():
            entry = LINE.fullmatch(line)
            if entry and entry["label"] in UNLISTED:
                continue
            kept.append(line)
            if line.startswith("["):
                section = self.sections.setdefault(line.strip("[]"), {})
            elif entry:
                section[entry["label"]] = entry["meaning"]
        self.file.write_text("\n".join(kept) + "\n", encoding="utf-8")

    def meaning(self, section: str, labels: list[str]) -> str | None:
        """Of the first label that is listed."""
        return next((self.sections[section][label] for label in labels if label in self.sections[section]), None)

    def kinds(
        self, stages: list[str], reasons: list[str], sources: list[str]
    ) -> tuple[str | None, str | None, str | None, str | None, str | None]:
        """An application's stage, and its kind; its reason, in words that are listed, and its kind; its source."""
        listed = (label for label in reasons if label in self.sections["reasons"])
        return (
            stages[0] if stages else None, self.meaning("stages", stages),
            next(listed, "other") if reasons else None,
            (self.meaning("reasons", reasons) or "other") if reasons else None,
            (self.meaning("sources", sources) or "other") if sources else None,
        )

    def stand(self, stages: list[str], status: int | None) -> Stand:
        """As an event has it."""
        return Stand(stages[0] if stages else None, self.meaning("stages", stages), status)
