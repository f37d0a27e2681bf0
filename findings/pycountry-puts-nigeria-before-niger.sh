#!/usr/bin/env bash
# pycountry 26.2.16: search_fuzzy("Niger") answers Nigeria first and Niger second, although Niger is the whole and exact name of a
# country in its own data (get(name="Niger") finds it). And a name in another language is taken for a part of others: "Island", as
# Iceland is called in German, Danish, Swedish and Norwegian, answers the Comoros first, and not Iceland at all. So the first
# answer is no country for an address.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pycountry==26.2.16
"$folder/venv/bin/python" - <<'CASE'
from importlib.metadata import version

import pycountry


def found(name: str) -> list[str]:
    return [country.alpha_2 for country in pycountry.countries.search_fuzzy(name)]


assert pycountry.countries.get(name="Niger").alpha_2 == "NE"
assert found("Niger")[:2] == ["NG", "NE"], found("Niger")
assert found("Island")[0] == "KM" and "IS" not in found("Island"), found("Island")
print(f"pycountry {version('pycountry')}: Niger is told as {found('Niger')}, Island as {found('Island')[:4]} …")
CASE
