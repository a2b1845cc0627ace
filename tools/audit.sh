#!/bin/sh
# Known vulnerabilities of the pinned packages, by pip-audit in an environment that is thrown away.
# Where its database cannot be asked, it says that nothing was audited, and why. Honours PYTHON.
set -eu

cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skipped() {
    printf 'magnetrace: the audit was skipped: %s\n' "$1"
    exit 0
}

"$python" -m venv "$work/env" >"$work/log" 2>&1 || skipped "no environment could be made"
"$work/env/bin/python" -m pip install --quiet --no-input --disable-pip-version-check pip-audit \
    >"$work/log" 2>&1 || skipped "pip-audit could not be installed ($(tail -n 1 "$work/log"))"
"$work/env/bin/pip-audit" --disable-pip --no-deps --requirement constraints.txt --format json \
    --output "$work/report.json" >"$work/log" 2>&1 || true
# It ends with 1 both where it finds something and where it cannot ask; the report tells them apart.
[ -s "$work/report.json" ] || skipped "its database could not be asked ($(tail -n 1 "$work/log"))"
"$python" tools/audited.py "$work/report.json"
