#!/bin/sh
# Installs the Debian packages that are missing, where we may; otherwise says which.
# usage: debian_packages.sh LIST [PACKAGE...]
set -eu
list=$1
shift
missing=""
for package in $(grep -v '^#' "$list") "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo"; else root="none"; fi
if [ "$root" = none ] || ! command -v apt-get >/dev/null; then
    echo "次の Debian パッケージがありません。管理者に頼んで入れてください:$missing" >&2
else
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing
fi
