# shellcheck shell=sh
# shellcheck disable=SC2153,SC2164,SC2086  # the callers set ROOT and -e; lists of words on purpose
# Set-up shared by run.sh and test.sh, which source it with ROOT set to the checkout.
#
#   need_package NAME [OTHER...]   note NAME as wanted unless one of the names is installed
#   need_postgresql                want a PostgreSQL whose newest version knows no old hole
#   find_python                    set PYTHON to a Python of 3.11 or newer, or want one
#   install_packages COMMAND       install what is wanted, or print the line and exit 3
#   make_venv LOCK                 .venv with exactly the locked packages, the product, its plugins
#   start_screen                   a virtual X screen of our own in DISPLAY, until we exit
#
# Exit codes: 3 = packages are missing and nobody here may install them (nothing was changed),
# 4 = apt failed, 5 = the Python packages could not be installed.

VENV=$ROOT/.venv
WANTED=

say() { printf '%s\n' "$*" >&2; }

use_utf8() {
    # A bare machine speaks ASCII; file names and output here are Chinese.
    if [ "$(locale charmap 2>/dev/null || true)" != UTF-8 ]; then
        LC_ALL=C.UTF-8
        export LC_ALL
    fi
}

# ------------------------------------------------------------------ system packages

is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

need_package() {
    first=$1
    for name in "$@"; do
        if is_installed "$name"; then return 0; fi
    done
    WANTED="$WANTED $first"
}

need_qt_packages() {
    # Ubuntu 24.04 and Debian 13 gave some libraries a new name for 64-bit time; apt still takes
    # the old one where only one package provides it.
    need_package libglib2.0-0 libglib2.0-0t64
    for name in libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 \
        libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 \
        libxkbcommon-x11-0; do
        need_package "$name"
    done
}

need_wayland_packages() {
    need_package libwayland-cursor0
    need_package libwayland-egl1
}

need_postgresql() {
    # Server, clients and pgbench are one package on Debian and Ubuntu. Any version from 14 on will
    # do; of the newest that is installed an old minor is brought forward (CVE-2026-14666).
    major=
    for name in 19 18 17 16 15 14; do
        if is_installed "postgresql-$name"; then
            major=$name
            break
        fi
    done
    if [ -z "$major" ]; then
        need_package postgresql
        FRESH_POSTGRESQL=yes
        return 0
    fi
    case $major in
    14) safe=24 ;; 15) safe=19 ;; 16) safe=15 ;; 17) safe=11 ;; 18) safe=5 ;; *) safe=0 ;;
    esac
    version=$(dpkg-query -W -f='${Version}' "postgresql-$major" 2>/dev/null || true)
    minor=${version#"$major".}
    minor=${minor%%[!0-9]*}
    if [ "${minor:-0}" -ge "$safe" ]; then return 0; fi
    # Bringing it forward would restart a server that people may be working with.
    if pg_lsclusters --no-header 2>/dev/null | grep -q ' online'; then
        say "PostgreSQL $version shows revoked persons what they saw before (CVE-2026-14666), and a"
        say "server of this machine is running. When it may be restarted, run as root:"
        say ""
        printf '%s\n' "apt-get install --only-upgrade postgresql-$major"
        exit 3
    fi
    WANTED="$WANTED postgresql-$major"
}

# Debian makes and starts a server of its own when the package first comes. The tests have theirs,
# so for the time of the installation it is told not to; a machine that has one is left as it is.
NO_CLUSTER=/etc/postgresql-common/createcluster.d/oneseal-tests.conf

forbid_cluster() {
    if [ "${FRESH_POSTGRESQL:-}" != yes ] || [ -d /etc/postgresql ]; then return 0; fi
    trap allow_cluster EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    $root mkdir -p "${NO_CLUSTER%/*}"
    echo 'create_main_cluster = false' | $root tee "$NO_CLUSTER" >/dev/null
}

allow_cluster() {
    if [ -e "$NO_CLUSTER" ]; then $root rm -f "$NO_CLUSTER"; fi
    trap - EXIT INT TERM HUP
}

need_cjk_font() {
    if [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; then return 0; fi
    need_package fonts-wqy-microhei fonts-noto-cjk fonts-wqy-zenhei fonts-droid-fallback
}

is_recent_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if is_recent_python "$name"; then
            PYTHON=$name
            # Debian splits the venv module off into a package of its own.
            if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
                WANTED="$WANTED $("$PYTHON" -c \
                    'import sys; print("python3.%d-venv" % sys.version_info[1])')"
            fi
            return 0
        fi
    done
    PYTHON=python3
    WANTED="$WANTED python3 python3-venv"
}

install_packages() {
    [ -n "$WANTED" ] || return 0
    line="apt-get install --no-install-recommends -y$WANTED"
    root=
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
            root='sudo -n'
        else
            root=none
        fi
    fi
    if [ "$root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
        say "These system packages are missing, and only an administrator can install them:"
        say ""
        printf '%s\n' "$line"
        say ""
        say "Run that line as root (on another system: install the same libraries), then run"
        say "sh installer/$1 again. Nothing has been changed."
        exit 3
    fi
    say "Installing system packages:$WANTED"
    apt_options='-qq -o DPkg::Lock::Timeout=300'
    $root env DEBIAN_FRONTEND=noninteractive apt-get $apt_options update >&2 </dev/null ||
        say "The package lists could not be refreshed; trying with those at hand."
    forbid_cluster
    installed=yes
    $root env DEBIAN_FRONTEND=noninteractive apt-get $apt_options \
        install --no-install-recommends -y $WANTED >&2 </dev/null || installed=no
    allow_cluster
    if [ "$installed" = no ]; then
        say "apt-get failed. When the cause above is mended, run: $line"
        exit 4
    fi
    if ! is_recent_python "$PYTHON"; then
        say "Python 3.11 or newer is needed; this system offers only an older one."
        exit 4
    fi
}

# ------------------------------------------------------------------ Python packages

digest() { sha256sum | cut -d ' ' -f 1; }

source_digest() {
    (
        cd "$ROOT"
        find pyproject.toml setup.py LICENSE workbench resources plugins \
            \( -name __pycache__ -o -name build -o -name '*.egg-info' \) -prune -o \
            -type f -exec sha256sum {} + 2>/dev/null | LC_ALL=C sort | digest
    )
}

stamp_is() { [ "$(cat "$VENV/stamp-$1" 2>/dev/null || true)" = "$2" ]; }

# A person watching wants to see 100 MB arrive; a log does not.
if [ -t 2 ]; then quiet=; else quiet='-q -q'; fi

pip() {
    "$VENV/bin/python" -m pip --disable-pip-version-check --no-input "$@" >&2 </dev/null || {
        say "The Python packages could not be installed (see above). Run the same command again"
        say "when the package registry can be reached; what is already there is kept."
        exit 5
    }
}

remove_build_traces() {
    # setuptools would reuse an old build folder, deleted modules and all.
    for folder in "$ROOT" "$ROOT"/plugins/*/; do
        folder=${folder%/}
        rm -rf "$folder/build" "$folder"/*.egg-info
    done
}

make_venv() {
    lock=$1
    # Scripts in a venv name their interpreter by path, so a moved checkout needs a new one.
    place="$ROOT $("$PYTHON" -c 'import sys; print(sys.version)' | digest)"
    if ! stamp_is place "$place" || ! "$VENV/bin/python" -c 'import pip' >/dev/null 2>&1; then
        say "Making the virtual environment"
        "$PYTHON" -m venv --clear "$VENV" >&2
        printf '%s\n' "$place" >"$VENV/stamp-place"
    fi
    locked=$(digest <"$lock")
    if ! stamp_is "${lock##*/}" "$locked"; then
        say "Installing the locked Python packages"
        pip install $quiet --require-hashes --only-binary :all: -r "$lock"
        printf '%s\n' "$locked" >"$VENV/stamp-${lock##*/}"
    fi
    sources=$(source_digest)
    if ! stamp_is sources "$sources"; then
        say "Installing the workbench and its plugins"
        install_sources
        printf '%s\n' "$sources" >"$VENV/stamp-sources"
    fi
}

install_sources() {
    remove_build_traces
    set -- "$ROOT"
    for plugin in "$ROOT"/plugins/*/; do
        if [ -f "$plugin/pyproject.toml" ]; then set -- "$@" "${plugin%/}"; fi
    done
    pip install $quiet --no-index --no-deps --no-build-isolation --force-reinstall "$@"
    remove_build_traces
}

# ------------------------------------------------------------------ screen

start_screen() {
    SCRATCH=$(mktemp -d)
    SCREEN_PID=
    trap stop_screen EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    Xvfb -displayfd 3 -screen 0 1920x1200x24 -nolisten tcp -noreset \
        3>"$SCRATCH/display" >/dev/null 2>"$SCRATCH/xvfb.log" </dev/null &
    SCREEN_PID=$!
    waited=0
    while [ ! -s "$SCRATCH/display" ]; do
        if [ "$waited" -ge 150 ] || ! kill -0 "$SCREEN_PID" 2>/dev/null; then
            say "The virtual screen did not start:"
            cat "$SCRATCH/xvfb.log" >&2
            exit 4
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
    DISPLAY=:$(cat "$SCRATCH/display")
    export DISPLAY
    unset WAYLAND_DISPLAY
    # A screen of our own has no desktop behind it: nothing of ours may reach a user's session bus.
    DBUS_SESSION_BUS_ADDRESS=disabled:
    export DBUS_SESSION_BUS_ADDRESS
    if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
        XDG_RUNTIME_DIR=$SCRATCH
        export XDG_RUNTIME_DIR
    fi
}

stop_screen() {
    if [ -n "$SCREEN_PID" ]; then
        kill "$SCREEN_PID" 2>/dev/null || true
        wait "$SCREEN_PID" 2>/dev/null || true
    fi
    rm -rf "$SCRATCH"
}
