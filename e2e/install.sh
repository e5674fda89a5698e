#!/usr/bin/env bash
# What the end-to-end tests need besides Rust: Chromium, Node.js 18.19 or newer, and a few packages of pinned versions.
# Installs what is missing; without the right to, prints the one command that does.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -n "${CHROMIUM:-}" ] || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "e2e: installing ${missing[*]}" >&2
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    else
        echo "e2e: missing: ${missing[*]}. On Debian: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
fi

node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 18 || (major === 18 && minor < 19)) { console.error(`e2e: Node.js ${process.versions.node} is too old: 18.19 or newer`); process.exit(1); }'

# Only when something changed: a run without a network works as soon as one with it has.
if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
    npm ci --no-progress --loglevel=error
    touch node_modules/.installed
fi
