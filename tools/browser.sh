#!/bin/sh
# Sees to a browser for the tests: Debian's chromium where root may install it.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "magnetrace: the tests need a browser; installing Debian's chromium"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "magnetrace: the tests need Chromium or Chrome; install one (Debian, Ubuntu: sudo apt-get install chromium)" >&2
exit 1
