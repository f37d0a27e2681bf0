#!/usr/bin/env bash
# gcp_auth 0.12.7 asks for tokens straight, whatever HTTPS_PROXY, HTTP_PROXY or ALL_PROXY say: where a proxy is the only way out, it
# gets none, while reqwest, which asks for the rows beside it, goes by the proxy. Seen with the key of a service account that was
# made up, whose token_uri is a server of this machine, and a proxy at which nobody listens.
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
gcp_auth = "=0.12.7"
reqwest = { version = "=0.13.5", default-features = false }
tokio = { version = "1", features = ["macros", "rt"] }
TOML
mkdir src
cat > src/main.rs <<'RUST'
use gcp_auth::{CustomServiceAccount, TokenProvider as _};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let key = CustomServiceAccount::from_file("key.json").unwrap();
    match key.token(&["https://www.googleapis.com/auth/bigquery"]).await {
        Ok(token) => println!("gcp_auth: {}", token.as_str()),
        Err(error) => println!("gcp_auth: {error}"),
    }
    let url = std::env::args().nth(1).unwrap();
    println!("reqwest: {}", if reqwest::get(url).await.is_ok() { "an answer" } else { "no answer" });
}
RUST
unset CARGO_TARGET_DIR
cargo build --quiet
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem
cat > serve.py <<'PY'
import http.server
import json
import os
import subprocess
import threading


class Google(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Google)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
key = {"type": "service_account", "client_email": "a@b.iam.gserviceaccount.com", "private_key": open("key.pem").read(),
       "private_key_id": "1", "project_id": "b", "token_uri": address + "/token"}
open("key.json", "w").write(json.dumps(key))
nobody = "http://127.0.0.1:9"
names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
env = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"} | dict.fromkeys(names, nobody)
print(subprocess.run(["target/debug/case", address], env=env, capture_output=True, text=True, check=True, timeout=60).stdout, end="")
PY
seen=$(python3 serve.py)
expected='gcp_auth: a-token
reqwest: no answer'
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: expected\n%s\nseen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "seen with gcp_auth 0.12.7 and reqwest 0.13.5, behind a proxy that is not there: $(tr '\n' ';' <<< "$seen")"
