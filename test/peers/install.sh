#!/usr/bin/env bash
# Installs what the peer tests are held against, where it is missing: Debian packages, as root.
set -euo pipefail

declare -A package_of=(
  [keytool]=openjdk-17-jdk-headless
  [java]=openjdk-17-jdk-headless
  [openssl]=openssl
  [expect]=expect
  [setfacl]=acl
  [ansible-playbook]=ansible-core
  [systemd-analyze]=systemd
  [strace]=strace
  [postfix]=postfix
  [saslauthd]=sasl2-bin
  [nginx]=nginx-light
  [haproxy]=haproxy
  [dovecot]=dovecot-core
)
missing=()
for tool in "${!package_of[@]}"; do
  command -v "$tool" >/dev/null || missing+=("${package_of[$tool]}")
done
[ -e /usr/share/java/bcprov.jar ] || missing+=(libbcprov-java)

[ -e /usr/lib/dovecot/imap-login ] || missing+=(dovecot-imapd)
compgen -G '/usr/lib/*/sasl2/libplain.so' >/dev/null || missing+=(libsasl2-modules)

# Daemons are started by the tests that want them, not by their packages (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ${#missing[@]} -gt 0 ] && [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi

if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
