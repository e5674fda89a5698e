#!/bin/sh
# Usage: verify.sh KEY, with the internal listener's address in CHASER.
# An example: a real service would not put the key on a command line, where everybody on the machine can read it.
answer=$(printf '{"key":"%s"}' "$1" | curl -sS --fail-with-body -m 5 \
  -H "Content-Type: application/json" -d @- "${CHASER:-http://127.0.0.1:8081}/verify") || exit 2
echo "$answer"
case $answer in
  '{"valid":true'*) exit 0 ;;
  *) exit 1 ;;
esac
