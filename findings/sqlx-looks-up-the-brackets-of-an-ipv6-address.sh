#!/usr/bin/env bash
# sqlx 0.9.0 keeps the brackets that a URL has around an address of IPv6 in the host, and looks `[::1]` up as a name, which no
# resolver knows: postgres://user@[::1]:5432/db, as libpq takes it
# (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), cannot be reached, though somebody listens
# there. With the bare address as host it is.
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
sqlx = { version = "=0.9.0", default-features = false, features = ["postgres", "runtime-tokio"] }
tokio = { version = "1", features = ["macros", "net", "rt", "time"] }
TOML
mkdir src
cat > src/main.rs <<'RUST'
use std::{str::FromStr as _, time::Duration};

use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("[::1]:0").await.expect("this machine has IPv6");
    let port = listener.local_addr().unwrap().port();
    let from_url = PgConnectOptions::from_str(&format!("postgres://user@[::1]:{port}/db")).unwrap();
    let bare = from_url.clone().host("::1");
    println!("host {}", from_url.get_host());
    for (name, options) in [("url", from_url), ("bare", bare)] {
        let connecting = tokio::time::timeout(Duration::from_secs(5), options.connect());
        // whoever is accepted has found the address; what is said there is of no weight
        tokio::select! {
            _ = listener.accept() => println!("{name}: reached"),
            failed = connecting => println!("{name}: {}", if failed.is_ok() { "not reached" } else { "no answer" }),
        }
    }
}
RUST
unset CARGO_TARGET_DIR
cargo build --quiet
seen=$(target/debug/case)
expected='host [::1]
url: not reached
bare: reached'
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: expected\n%s\nseen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "seen with sqlx 0.9.0: $(tr '\n' ';' <<< "$seen")"
