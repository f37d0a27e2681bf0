#!/usr/bin/env bash
# sqlx 0.9.0 passes over a PGSSLMODE that it cannot read, such as `verify_full` with an underscore, and takes `prefer`, which goes on
# without TLS where the server offers none; an unreadable PGPORT becomes 5432. libpq, whose variables these are, ends with an error
# for both ("invalid sslmode value", "invalid port number"; https://www.postgresql.org/docs/current/libpq-envars.html).
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
sqlx = { version = "=0.9.0", default-features = false, features = ["postgres"] }
TOML
mkdir src
cat > src/main.rs <<'RUST'
fn main() {
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass();
    println!("{:?} {}", options.get_ssl_mode(), options.get_port());
}
RUST
unset CARGO_TARGET_DIR
cargo build --quiet
run() { env PGSSLMODE="$1" PGPORT="$2" target/debug/case; }
expect() {
  if [ "$2" != "$3" ]; then
    echo "CHANGED: $1: expected \"$2\", seen \"$3\"" >&2
    exit 1
  fi
}
good=$(run verify-full 6432)
expect "what can be read counts" "VerifyFull 6432" "$good"
misread=$(run verify_full 6432x)
expect "what cannot be read is passed over" "Prefer 5432" "$misread"
echo "seen with sqlx 0.9.0: PGSSLMODE=verify-full PGPORT=6432 gives $good; PGSSLMODE=verify_full PGPORT=6432x gives $misread"
