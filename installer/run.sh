#!/bin/sh
# Sets everything up and starts the workbench on its sample centre: the desk where there is a
# screen, otherwise the tour on a virtual one, which leaves demo-output/ in the checkout.
# Further arguments are passed on. Exit codes of the set-up: see setup.sh.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=installer/setup.sh
. "$ROOT/installer/setup.sh"

use_utf8
find_python
need_qt_packages
need_cjk_font
if [ -n "${WAYLAND_DISPLAY:-}" ]; then
    need_wayland_packages
elif [ -z "${DISPLAY:-}" ]; then
    need_package xvfb
fi
install_packages run.sh
make_venv "$ROOT/installer/requirements.lock"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$VENV/bin/workbench" run "$@"
fi
say "No screen here: driving the same windows on a virtual one."
start_screen
"$VENV/bin/workbench" demo --tour --out "$ROOT/demo-output" "$@"
