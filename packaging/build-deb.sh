#!/usr/bin/env bash
# Builds jks2pem_VERSION_all.deb from the built project: npm run build && packaging/build-deb.sh [DIRECTORY]. Prints the name of the file.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-.}
version=$(node -p 'require("./package.json").version')
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
# The same files give the same package.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

library=usr/lib/jks2pem
install -d "$root/$library" "$root/usr/bin" "$root/usr/share/doc/jks2pem" "$root/DEBIAN"
# What npm would publish, without the compile cache of this machine, and the packages that it depends on.
npm pack --silent --ignore-scripts --pack-destination "$root" > /dev/null
tar -xzf "$root"/jks2pem-*.tgz -C "$root/$library" --strip-components=1
rm "$root"/jks2pem-*.tgz
npm ls --omit=dev --all --parseable | sed 1d | while read -r path; do
  name=${path#"$PWD/"}
  install -d "$root/$library/$name"
  cp -R --no-preserve=ownership "$path/." "$root/$library/$name/"
done
mv "$root/$library/LICENSE" "$root/usr/share/doc/jks2pem/copyright"
gzip -9n < "$root/$library/CHANGELOG.md" > "$root/usr/share/doc/jks2pem/changelog.gz"
rm "$root/$library/CHANGELOG.md"
mv "$root/$library/README.md" "$root/usr/share/doc/jks2pem/"
mv "$root/$library"/docs/*.md "$root/usr/share/doc/jks2pem/"
rmdir "$root/$library/docs"
ln -s ../lib/jks2pem/bin/jks2pem.js "$root/usr/bin/jks2pem"

# Generated from the definitions of the commands, if the build makes them.
if [ -f man/jks2pem.1 ]; then
  install -d "$root/usr/share/man/man1"
  gzip -9n < man/jks2pem.1 > "$root/usr/share/man/man1/jks2pem.1.gz"
fi
completion() {
  if [ -f "$1" ]; then install -D -m 644 "$1" "$root/$2"; fi
}
completion completions/jks2pem.bash usr/share/bash-completion/completions/jks2pem
completion completions/_jks2pem usr/share/zsh/vendor-completions/_jks2pem
completion completions/jks2pem.fish usr/share/fish/vendor_completions.d/jks2pem.fish
# The timer runs `jks2pem renew`.
install -D -m 644 -t "$root/usr/lib/systemd/system" packaging/jks2pem-renew.service packaging/jks2pem-renew.timer

cat > "$root/DEBIAN/control" <<CONTROL
Package: jks2pem
Version: $version
Architecture: all
Maintainer: The jks2pem authors <jks2pem@localhost>
Depends: nodejs (>= 20.19)
Section: utils
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Description: converts Java keystores to PEM files for Postfix and other servers
 Reads JKS, JCEKS, PKCS#12, BKS, UBER and BCFKS, builds the certificate chain,
 and writes private key and chain in one step, only if they changed.
CONTROL
# The command keeps compiled code beside its files, which dpkg does not know of.
cat > "$root/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
rm -f /usr/lib/jks2pem/dist/command/*.cache
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --quiet disable --now jks2pem-renew.timer || true
fi
PRERM
# The state of `jks2pem renew`: what it has changed, and what a killed run has to take back.
cat > "$root/DEBIAN/postrm" <<'POSTRM'
#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/jks2pem
fi
POSTRM
chmod 755 "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
chmod -R u=rwX,go=rX "$root"
dpkg-deb --root-owner-group -Zxz --build "$root" "$target/jks2pem_${version}_all.deb" > /dev/null
echo "$target/jks2pem_${version}_all.deb"
