#!/usr/bin/env bash
# infer 0.19.0, filetype 1.2.0 (Python) and file-type 21.3.4 (npm) say `image/bmp` of every text that begins with the two letters BM
# ("BM-Ausbildung gesucht"), and Flash of one that begins with CWS: the signature of a bitmap is two bytes long, and none of them looks
# at the length that follows it. libmagic does, and says `text/plain`. So what refuses files by these libraries refuses texts by their
# first word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir rust node
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check filetype==1.2.0
(cd node && npm install --silent --no-fund --no-audit file-type@21.3.4)
cat > rust/Cargo.toml <<'TOML'
[package]
name = "case"
version = "0.0.0"
edition = "2024"

[dependencies]
infer = "=0.19.0"
TOML
mkdir rust/src
cat > rust/src/main.rs <<'RUST'
fn main() {
    for text in std::env::args().skip(1) {
        println!("{}", infer::get(text.as_bytes()).map_or("unknown", |found| found.mime_type()));
    }
}
RUST
cat > node/case.mjs <<'JS'
import { fileTypeFromBuffer } from 'file-type';
for (const text of process.argv.slice(2)) {
  console.log((await fileTypeFromBuffer(Buffer.from(text)))?.mime ?? 'unknown');
}
JS
cat > case.py <<'PYTHON'
import sys

import filetype

for text in sys.argv[1:]:
    found = filetype.guess(text.encode())
    print(found.mime if found else "unknown")
PYTHON
texts=("BM-Ausbildung gesucht" "CWS-Ausbildung gesucht" "Ausbildung gesucht")
expected="image/bmp application/x-shockwave-flash unknown"
expect() {
  local seen
  seen=$(tr '\n' ' ' <<< "$2" | sed 's/ *$//')
  if [ "$seen" != "$3" ]; then
    echo "CHANGED: $1: expected \"$3\", seen \"$seen\"" >&2
    exit 1
  fi
  echo "seen with $1: $seen"
}
unset CARGO_TARGET_DIR
expect "infer 0.19.0" "$(cd rust && cargo run --quiet -- "${texts[@]}")" "$expected"
expect "filetype 1.2.0" "$(venv/bin/python case.py "${texts[@]}")" "$expected"
expect "file-type 21.3.4" "$(cd node && node case.mjs "${texts[@]}")" "$expected"
if command -v file > /dev/null; then
  printf '%s' "${texts[0]}" > text
  expect "libmagic, $(file --version | head -n 1)" "$(file --brief --mime-type text)" "text/plain"
fi
