#!/bin/sh
# Collects the locked wheels for Windows (64 bit, Python 3.11) into build/offline, with their SHA-256, for a machine without network.
# usage: make_offline_bundle.sh [PYTHON]      Run on a machine that has network; every file is checked against the hashes of requirements.lock.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
python=${1:-python3}
target="$root/build/offline"
mkdir -p "$target/wheels"
"$python" -m pip download -q --disable-pip-version-check --require-hashes --only-binary=:all: \
    --platform win_amd64 --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
    -r "$root/requirements.lock" -d "$target/wheels"
cp "$root/requirements.lock" "$target/"
git -C "$root" archive --format=zip -o "$target/kyufu-desktop.zip" HEAD
(cd "$target" && find wheels kyufu-desktop.zip requirements.lock -type f -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
echo "$target: $(wc -l < "$target/SHA256SUMS") ファイル"
