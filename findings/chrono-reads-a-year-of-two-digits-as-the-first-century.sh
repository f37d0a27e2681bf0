#!/usr/bin/env bash
# chrono 0.4.45 reads `01.03.27` by the pattern `%d.%m.%Y` as 1 March of the year 27, without an error, and `01.03.027` too. The
# pattern's description says that %Y is padded to four digits; reading, it takes one to four. Python's strptime, whose pattern it
# is, refuses both. So a list of patterns to try in turn has to have `%d.%m.%y` before it, or the year be looked at afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > Cargo.toml <<'TOML'
[package]
name = "case"
version = "0.0.0"
edition = "2024"

[dependencies]
chrono = { version = "=0.4.45", default-features = false, features = ["std"] }
TOML
mkdir src
cat > src/main.rs <<'RUST'
fn main() {
    for day in std::env::args().skip(1) {
        match chrono::NaiveDate::parse_from_str(&day, "%d.%m.%Y") {
            Ok(date) => println!("{date}"),
            Err(_) => println!("refused"),
        }
    }
}
RUST
unset CARGO_TARGET_DIR
cargo build --quiet
python() {
  python3 -c 'import sys, datetime
try: print(datetime.datetime.strptime(sys.argv[1], "%d.%m.%Y").date())
except ValueError: print("refused")' "$1"
}
expect() {
  if [ "$2" != "$3" ]; then
    echo "CHANGED: $1: expected \"$2\", seen \"$3\"" >&2
    exit 1
  fi
}
seen=$(target/debug/case 01.03.2027 01.03.27 01.03.027 | paste -sd' ')
expect "chrono" "2027-03-01 0027-03-01 0027-03-01" "$seen"
expect "Python, four digits" "2027-03-01" "$(python 01.03.2027)"
expect "Python, two digits" "refused" "$(python 01.03.27)"
echo "seen with chrono 0.4.45: 01.03.2027, 01.03.27 and 01.03.027 are $seen; Python refuses the last two"
