#!/bin/sh
# Remakes the two lock files from pyproject.toml. Needs uv on the PATH (or in $UV) and a registry.
# The versions already locked are kept unless --upgrade is given. No index address is written.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}

lock() {
    target=$1
    shift
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        --extra build --output-file "$target" "$@" >/dev/null
}

# The larger set first; the smaller one is then held to the same versions.
lock installer/requirements-test.lock --extra test "$@"
sed -E 's/ *\\$//; /^ *--hash/d' installer/requirements-test.lock >installer/.constraints
trap 'rm -f installer/.constraints' EXIT
lock installer/requirements.lock --constraint installer/.constraints "$@"

for file in installer/requirements.lock installer/requirements-test.lock; do
    if grep -nE '://|--(index|extra-index|find-links)' "$file"; then
        echo "relock: $file names an address; it must not." >&2
        exit 1
    fi
done
