#!/bin/sh
# Builds into dist/ what a release holds: the sdist, the wheel made from it, the bill of materials and
# the checksums of all three. Nothing is uploaded. Honours VENV, an environment of `make setup`.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
venv=${VENV:-.venv}
[ -x "$venv/bin/python" ] || {
    printf 'magnetrace: no environment in %s; run: make setup\n' "$venv" >&2
    exit 1
}
python=$(cd "$venv" && pwd)/bin/python

# The same commit gives the same bytes.
if [ -z "${SOURCE_DATE_EPOCH:-}" ] && git rev-parse HEAD >/dev/null 2>&1; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    [ -z "$(git status --porcelain)" ] ||
        echo "magnetrace: changes that are not committed go into this release"
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
export SOURCE_DATE_EPOCH

rm -rf dist
mkdir dist
"$python" -m hatchling build -t sdist -d dist
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
tar -xzf dist/magnetrace-*.tar.gz -C "$unpacked"
(cd "$unpacked"/magnetrace-* && "$python" -m hatchling build -t wheel -d "$here/dist")
name=$(basename dist/magnetrace-*.tar.gz .tar.gz)
"$python" tools/sbom.py >"dist/$name.cdx.json"
cd dist
if command -v sha256sum >/dev/null 2>&1; then
    sha256sum magnetrace-* >SHA256SUMS
else
    shasum -a 256 magnetrace-* >SHA256SUMS
fi
cat SHA256SUMS
