#!/bin/sh
# Sets everything up for a test run in this checkout and runs every check:
# style, types, import contracts, then the whole test suite at its small depth.
#   sh installer/test.sh [--deep] [--measured FILE] [any pytest argument]
# --deep: the long run, with a table of what was proven how often; --measured appends it to FILE.
# Exit code 0 only if all of them pass. Exit codes of the set-up: see setup.sh.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=installer/setup.sh
. "$ROOT/installer/setup.sh"

use_utf8
find_python
need_qt_packages
for name in poppler-utils libnss3-tools mupdf-tools qpdf openssl xvfb x11-utils xdotool \
    imagemagick fontconfig fonts-wqy-microhei; do
    need_package "$name"
done
# A screen reader and a desktop that shows notifications, each on a session bus of the test's own.
for name in dbus at-spi2-core gir1.2-atspi-2.0 python3-gi; do
    need_package "$name"
done
# A seal's token, what reads the code printed on a page, and a browser for the page of verification.
for name in softhsm2 zbar-tools chromium chromium-driver; do
    need_package "$name"
done
# Typing Chinese through an input method brings forty packages: in the long run only.
case " $* " in
*" --deep "*)
    need_package ibus
    need_package ibus-libpinyin
    ;;
esac
# The tests start a server of their own, as a user who is not root; no other one is touched.
need_postgresql
install_packages test.sh
make_venv "$ROOT/installer/requirements-test.lock"
start_screen

cd "$ROOT"
PATH=$VENV/bin:$PATH
export PATH
# Hundreds of short processes are started: compiled once, each starts in two thirds of the time.
unset PYTHONDONTWRITEBYTECODE
failed=

check() {
    title=$1
    shift
    say "== $title"
    "$@" </dev/null || failed="$failed $title"
}

keep_in_memory() {
    # What the tests write is nobody's: in memory, where there is room, nothing waits for a disk.
    room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ "${room:-0}" -lt 8000000 ]; then return 0; fi
    MEMORY=$(mktemp -d /dev/shm/workbench-tests.XXXXXX)
    trap 'stop_screen; rm -rf "$MEMORY"' EXIT
    # Some of it are small programs of a test's own.
    : >"$MEMORY/program"
    chmod +x "$MEMORY/program"
    if [ ! -x "$MEMORY/program" ]; then return 0; fi
    PYTEST_DEBUG_TEMPROOT=$MEMORY
    export PYTEST_DEBUG_TEMPROOT
}

type_roots() {
    # The product and every department's package: one run, so that both agree.
    printf '%s\n' workbench
    for module in plugins/*/*/__init__.py plugins/*/src/*/__init__.py; do
        case $module in
        */tests/__init__.py | *'*'*) ;;
        *) printf '%s\n' "${module%/__init__.py}" ;;
        esac
    done
}

check ruff ruff check .
# shellcheck disable=SC2046  # one path a word; packages have no spaces in their names
check mypy mypy --strict $(type_roots)
check import-contracts lint-imports
if [ -n "$failed" ]; then say "FAILED before the tests:$failed"; fi

say "== tests"
# Three processes, because on two cores a third of the time two of them wait for a program, a window
# or a clock; each file in one of them, because costly fixtures belong to a file. The long run
# measures, so nothing may run beside it, on the disk that a user has. The files come in the order
# of the root conftest.py.
split="-n 3 --dist loadfile --no-loadscope-reorder"
case " $* " in
*" --deep "*) split="-n 0 --timeout 900" ;;
*) keep_in_memory ;;
esac
status=0
# shellcheck disable=SC2086  # several words on purpose
python -m pytest $split "$@" </dev/null || status=$?
if [ "$status" = 0 ] && [ -n "$failed" ]; then
    say "The tests passed, but these checks did not:$failed"
    status=1
fi
exit "$status"
