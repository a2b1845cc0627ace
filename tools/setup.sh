#!/bin/sh
# Makes the environment the Makefile works in: `tools/setup.sh run`, or `dev` for the tests too.
# A second call finds its stamp and returns at once. Honours PYTHON and VENV.
set -eu

kind=${1:-run}
python=${PYTHON:-python3}
venv=${VENV:-.venv}
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"

fail() {
    printf 'magnetrace: %s\n' "$1" >&2
    exit 1
}

case $kind in
    run) wanted='.[fast]' ;;
    dev) wanted='.[dev,dask,fast]' ;;
    *) fail "unknown kind of environment '$kind', expected run or dev." ;;
esac

command -v "$python" >/dev/null 2>&1 ||
    fail "there is no '$python' on this machine; install Python 3.11 or later, or name one: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or later is needed, '$python' is $("$python" -c 'import platform; print(platform.python_version())'); name another: make PYTHON=/path/to/python3"

stamp=$venv/.magnetrace-$kind
state=$(cat pyproject.toml constraints.txt | cksum)" $here "$("$python" -V)
# A development environment holds all that running needs.
for found in "$stamp" "$venv/.magnetrace-dev"; do
    if [ -x "$venv/bin/python" ] && [ -f "$found" ] && [ "$(cat "$found")" = "$state" ]; then
        exit 0
    fi
done

# Debian ships Python without what venv needs; ensurepip is the part that is missing.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "magnetrace: Python's venv module is missing; installing python3-venv"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null ||
            fail "python3-venv could not be installed; install it by hand and try again."
    fi
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "Python's venv module is missing; install it (Debian, Ubuntu: sudo apt-get install python3-venv) and try again."
fi

if [ -e "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ]; then
    fail "'$venv' exists and is no Python environment; name another folder: make VENV=folder"
fi
echo "magnetrace: making the environment in $venv (once; some minutes, about 1 GB)"
if [ "$("$venv/bin/python" -V 2>&1 || true)" != "$("$python" -V)" ] ||
    ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear "$venv" || fail "the environment '$venv' could not be made."
fi
"$venv/bin/python" -m pip install --no-input --disable-pip-version-check \
    --constraint constraints.txt --editable "$wanted" ||
    fail "the packages could not be installed (the lines above say why); repair that and run the same command again."
echo "magnetrace: compiling the weekly model (once; about half a minute)"
"$venv/bin/python" -c 'from graph.fast import warm_up; warm_up()' ||
    fail "the weekly model could not be compiled (the lines above say why); repair that and run the same command again."
printf '%s\n' "$state" >"$stamp"
