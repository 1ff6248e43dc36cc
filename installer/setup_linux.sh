#!/bin/sh
# Sets a fresh Debian machine up: packages (where we may install them), virtual environment, locked dependencies.
# usage: setup_linux.sh VENV
set -eu
here=$(dirname "$0")
venv=$1
python=${PYTHON:-python3}
missing=""
for package in $(grep -v '^#' "$here/debian-packages.txt"); do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then missing="$missing python3-venv"; fi
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo"; else root="none"; fi
    if [ "$root" = none ] || ! command -v apt-get >/dev/null; then
        echo "次の Debian パッケージがありません。管理者に頼んで入れてください:$missing" >&2
    else
        $root apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing
    fi
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 以上が要ります。" >&2; exit 1; }
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$here/../requirements-dev.lock"
