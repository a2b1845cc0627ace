#!/bin/sh
# Sees to a browser for the tests and to what drives it; installs from Debian where root may.
set -eu

venv=${VENV:-.venv}

missing() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then
            found=$name
            break
        fi
    done
    [ -n "${found:-}" ] || printf 'chromium fonts-dejavu-core '
    # The driver that Playwright brings along is linked against a library that Debian may lack.
    "$venv/bin/python" -m playwright --version >/dev/null 2>&1 || printf 'libatomic1 '
}

packages=$(missing)
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "magnetrace: the tests need a browser; installing from Debian: $packages"
    # shellcheck disable=SC2086
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null || true
    packages=$(missing)
fi
[ -z "$packages" ] || {
    echo "magnetrace: the tests need a browser, Chromium or Chrome (Debian, Ubuntu: sudo apt-get install $packages)" >&2
    exit 1
}
