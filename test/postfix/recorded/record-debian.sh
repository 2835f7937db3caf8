#!/bin/sh
# Records what the Postfix of a Debian release prints of its stock configuration: record-debian.sh trixie debian-13
# Needs root and mmdebstrap. Values that depend on the machine are left out.
set -eu
release=$1
target=$(cd "$(dirname "$0")" && pwd)/$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mmdebstrap --variant=minbase --include=postfix "$release" "$root" http://deb.debian.org/debian
mkdir -p "$target" "$root/stock"
cp "$root/usr/share/postfix/main.cf.debian" "$root/stock/main.cf"
cp "$root/usr/share/postfix/master.cf.dist" "$root/stock/master.cf"
cp "$root/etc/postfix/dynamicmaps.cf" "$root/stock/"
for option in n M P; do
  chroot "$root" postconf -c /stock "-$option" | sed 's#/stock#/etc/postfix#' > "$target/postconf-$option.txt"
done
chroot "$root" postconf -d | grep -vE '^(myhostname|mydomain|mynetworks|process_id|stress) ' > "$target/postconf-d.txt"
