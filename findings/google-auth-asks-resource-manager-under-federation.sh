#!/usr/bin/env bash
# google-auth 2.63.0, under workload identity federation: google.auth.default() asks STS for a token at once, and with it Cloud
# Resource Manager which project the pool is of, before anybody wants a token and though nobody may ever ask for the project; and
# where that service is out of reach, it raises TransportError in the place of credentials that are good. So a pod that may
# reach STS and BigQuery alone has none. With GOOGLE_CLOUD_PROJECT nothing is asked.
# Seen with a file as gcloud writes it, an STS of this machine, and a proxy that notes where it is to lead and leads nowhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check google-auth==2.63.0 requests==2.34.2
cat > "$folder/case.py" <<'CASE'
import http.server
import json
import os
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import google.auth
import google.auth.exceptions

folder, asked = Path(sys.argv[1]), []


class Both(http.server.BaseHTTPRequestHandler):
    """STS, and the proxy."""

    def do_POST(self):
        asked.append("STS")
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer",
                          "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"})

    def do_CONNECT(self):
        asked.append(self.path)
        self.answer(502, {})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Both)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
(folder / "subject").write_text("what-the-cluster-says-of-the-pod")
(folder / "credentials.json").write_text(json.dumps({
    "type": "external_account", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": address + "/v1/token",
    "audience": "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/clusters/providers/clinic",
    "credential_source": {"file": str(folder / "subject")}}))
for name in [each for each in os.environ if each.lower().endswith("_proxy") or each in ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")]:
    del os.environ[name]
os.environ.update(GOOGLE_APPLICATION_CREDENTIALS=str(folder / "credentials.json"), HTTPS_PROXY=address, NO_PROXY="127.0.0.1")
try:
    google.auth.default(scopes=["https://www.googleapis.com/auth/bigquery"])
    raise SystemExit("CHANGED: without Resource Manager there are credentials")
except google.auth.exceptions.TransportError as problem:
    raised = type(problem).__name__
without, asked[:] = list(asked), []
os.environ["GOOGLE_CLOUD_PROJECT"] = "clinic-data"
google.auth.default(scopes=["https://www.googleapis.com/auth/bigquery"])
assert without[0] == "STS" and set(without[1:]) == {"cloudresourcemanager.googleapis.com:443"}, without
assert asked == [], asked
print(f"google-auth {version('google-auth')}: default() asks {sorted(set(without))} and raises "
      f"{raised}; with GOOGLE_CLOUD_PROJECT it asks nobody")
CASE
"$folder/venv/bin/python" "$folder/case.py" "$folder"
