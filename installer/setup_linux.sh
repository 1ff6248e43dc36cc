#!/bin/sh
# Sets a fresh Debian machine up: packages (where we may install them), virtual environment, locked dependencies.
# usage: setup_linux.sh VENV
set -eu
here=$(dirname "$0")
venv=$1
python=${PYTHON:-python3}
if "$python" -c 'import venv, ensurepip' 2>/dev/null; then venv_package=""; else venv_package="python3-venv"; fi
sh "$here/debian_packages.sh" "$here/debian-packages.txt" $venv_package
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 以上が要ります。" >&2; exit 1; }
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$here/../requirements-dev.lock"
