#!/bin/sh
# Usage: report.sh KEY_ID SESSIONS BYTES_UP BYTES_DOWN, with the internal listener's address in CHASER.
batch=${BATCH:-$(cat /proc/sys/kernel/random/uuid)}
body=$(printf '{"batch":"%s","usage":[{"key_id":"%s","sessions":%s,"bytes_up":%s,"bytes_down":%s}]}' \
  "$batch" "$1" "$2" "$3" "$4")
# Without an answer, the same batch under the same id again: it counts once.
for pause in 1 2 0; do
  answer=$(printf '%s' "$body" | curl -sS -m 5 -w '%{http_code}' \
    -H "Content-Type: application/json" -d @- "${CHASER:-http://127.0.0.1:8081}/usage")
  case $answer in
    204) echo "counted as $batch"; exit 0 ;;
    *4[0-9][0-9]) echo "$answer" >&2; exit 1 ;;
  esac
  sleep "$pause"
done
exit 2
