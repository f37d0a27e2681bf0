# Dumps each of DATABASES to the volume, and keeps the dumps of the last KEEP days that have one. JOB tells a Job's tries
# from another Job's. Who sees a file without .part sees a whole one.
set -u
# for the texts of errors
export LC_ALL=C PGCONNECT_TIMEOUT="${PGCONNECT_TIMEOUT:-30}"
# sh is the pod's first process, which no signal ends by itself
trap 'exit 143' TERM INT
volume=/backup
stamp='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
said=$(mktemp -t backup.XXXXXX) || exit 1

# DATABASE FILE: beside FILE, with .part
dump() {
  # a table that somebody has locked must not keep the databases behind it waiting for ever
  pg_dump --format=custom --no-owner --no-privileges --lock-wait-timeout=5min --file="$2.dump.part" "$1" || return 1
  # a dump that cannot be read is none
  pg_restore --list "$2.dump.part" > /dev/null || return 1
  # by it who was forgotten stays so after a restore; the newest list may be newer than the dump
  known=$(psql -XqtAc "select to_regclass('suppression') is not null" "$1") || return 1
  [ "$known" = t ] || return 0
  # times as ingest reads them, however the server or the user writes them
  PGTZ=UTC PGDATESTYLE=ISO psql -Xq "$1" > "$2.suppressed.csv.part" -c "COPY (
    SELECT pseudonym, kind, suppressed_at, key_fingerprint FROM suppression ORDER BY pseudonym
    ) TO STDOUT (FORMAT csv, HEADER)"
}

# FILE: its list first, so that no dump is there without its list
keep() {
  if [ -e "$1.suppressed.csv.part" ]; then
    mv "$1.suppressed.csv.part" "$1.suppressed.csv" || return 1
  fi
  mv "$1.dump.part" "$1.dump"
}

# DATABASE FILE: removes what is older than KEEP days with a dump. Days without one do not count, nor do several dumps of one
# day, so that neither failures nor backups by hand use up what there is.
prune() {
  this=${2##*-}
  days=1 last=${this%T*}
  ls -1 "$volume/$1"-$stamp.dump | sort -r | while read -r old; do
    of=${old##*-}
    of=${of%T*}
    if [ "$old" = "$2.dump" ] || [ "$of" = "${this%T*}" ] || [ "$of" = "$last" ]; then
      continue
    fi
    if [ "$days" -lt "$KEEP" ]; then
      days=$((days + 1)) last=$of
      continue
    fi
    rm -f "$old" "${old%.dump}.suppressed.csv" && echo "removed $old"
  done
}

# DATABASE: whether an earlier try of this Job has kept a dump of it
is_kept() {
  [ -n "${JOB:-}" ] && read -r job kept < "$volume/.$1.job" && [ "$job" = "$JOB" ] && [ -e "$kept" ]
} 2> /dev/null

failed=
rm -f "$volume"/*.part
for database in $DATABASES; do
  if is_kept "$database"; then
    echo "kept $kept before, by this Job"
    continue
  fi
  file="$volume/$database-$(date -u +%Y%m%dT%H%M%SZ)"
  if dump "$database" "$file" 2> "$said" && keep "$file" 2>> "$said"; then
    cat "$said" >&2
    echo "kept $file.dump, $(stat -c %s "$file.dump") bytes"
    # without it only the next try makes one dump more
    echo "${JOB:-none} $file.dump" 2> /dev/null > "$volume/.$database.job"
    prune "$database" "$file"
    continue
  fi
  failed="$failed $database"
  [ -e "$file.dump" ] || rm -f "$file.suppressed.csv"
  rm -f "$file".*.part
  cat "$said" >&2
  # the server's own disk says so with ERROR
  if grep -v ERROR: "$said" | grep -qE 'No space left on device|Disk quota exceeded'; then
    echo "FAIL $database: the volume of the backups is full, and the older dumps stay: make it larger, or keep fewer" \
      "(postgresql.backup.persistence.size, postgresql.backup.keep)" >&2
  else
    echo "FAIL $database: no dump today, for the reason above; its older dumps stay" >&2
  fi
done
rm -f "$said"
[ -z "$failed" ] || { echo "FAIL without a dump:$failed" >&2; exit 1; }
