#!/usr/bin/env bash
# nh3 0.3.8 (ammonia for Python) takes `tfoot` out of a valid table: its own list has attributes for `tfoot`, but not the element.
# The row of totals is left as a child of `table` itself, behind no section, and cleaning the result again gives something else: the
# parser puts a `tbody` around it. Whoever keeps a hash of the cleaned text, or holds a stored one against a new one, sees a change
# where there is none. DOMPurify and sanitize-html keep the element.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nh3==0.3.8
cat > case.py <<'PYTHON'
import nh3

TABLE = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody><tfoot><tr><td>c</td></tr></tfoot></table>"
once = nh3.clean(TABLE)
print("attributes of tfoot are listed:", "tfoot" in nh3.ALLOWED_ATTRIBUTES)
print("the element is listed:", "tfoot" in nh3.ALLOWED_TAGS)
print("once:", once[once.index("<td>b"):])
twice = nh3.clean(once)
print("twice:", twice[twice.index("<td>b"):])
PYTHON
seen=$(venv/bin/python case.py)
expected="attributes of tfoot are listed: True
the element is listed: False
once: <td>b</td></tr></tbody><tr><td>c</td></tr></table>
twice: <td>b</td></tr></tbody><tbody><tr><td>c</td></tr></tbody></table>"
if [ "$seen" != "$expected" ]; then
  echo "CHANGED: expected \"$expected\", seen \"$seen\"" >&2
  exit 1
fi
echo "seen with nh3 0.3.8:"
echo "$seen"
