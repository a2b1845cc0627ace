#!/bin/sh
# Puts Neo4j's own parser where the tests look for it. Without npm they say what they skip.
set -eu
cd "$(dirname "$0")/cypher"

command -v npm >/dev/null 2>&1 || exit 0
stamp=node_modules/.magnetrace
state=$(cksum <package-lock.json)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then
    exit 0
fi
echo "magnetrace: installing Neo4j's parser for the tests (once)"
if npm ci --loglevel=error --fetch-retries=1; then
    printf '%s\n' "$state" >"$stamp"
else
    echo "magnetrace: it could not be installed; the tests of tests/test_cypher.py are skipped" >&2
    rm -rf node_modules
fi
