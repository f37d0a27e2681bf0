"""Makes countries.txt again: python3 countries.py FOLDER > countries.txt

FOLDER holds the npm packages cldr-localenames-full and cldr-core of one version, unpacked
(npm install --prefix FOLDER cldr-localenames-full@48.2.0 cldr-core@48.2.0). A name that several countries have in these
languages is left out and told on standard error.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

LANGUAGES = ["de", "en", "da", "nl", "sv", "nb", "nn", "fr", "it"]
# Territories of CLDR that ISO 3166-1 does not list, or lists for no country (reserved, for users, groupings).
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
# How umlauts and the like are written where the keyboard has none; that marks are left off, the reader knows.
SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                       "Ø": "Oe", "Å": "Aa"})
# Shorter ones are abbreviations (R.-U., SP); those that are in use are among the everyday names.
SHORTEST = 4


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    packages = Path(sys.argv[1]) / "node_modules"
    codes = read(packages / "cldr-core/supplemental/codeMappings.json")["supplemental"]["codeMappings"]
    names: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        file = read(packages / f"cldr-localenames-full/main/{language}/territories.json")
        for key, name in file["main"][language]["localeDisplayNames"]["territories"].items():
            code = key.split("-")[0]
            if len(code) != 2 or code in NOT_ISO or len(name) < SHORTEST:
                continue
            for spelling in (name, name.translate(SPELT)):
                owners[spelling.lower()].add(code)
                if spelling not in names[code]:
                    names[code].append(spelling)
    shared = {name for name, of in owners.items() if len(of) > 1}
    for name in sorted(shared):
        print(f"left out: {name} of {sorted(owners[name])}", file=sys.stderr)
    version = read(packages / "cldr-core/package.json")["version"]
    print(f"# Made by countries.py of npm cldr-localenames-full and cldr-core {version} ({', '.join(LANGUAGES)}).")
    print("# Copyright © 2004-2026 Unicode, Inc. Unicode-3.0; the notice is in LICENSE-UNICODE.")
    print("# alpha-2 TAB alpha-3 TAB names, separated by |")
    for code in sorted(names):
        kept = [name for name in names[code] if name.lower() not in shared]
        print(code, codes[code]["_alpha3"], "|".join(kept), sep="\t")


if __name__ == "__main__":
    main()
