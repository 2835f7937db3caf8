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
)
missing=()
for tool in "${!package_of[@]}"; do
  command -v "$tool" >/dev/null || missing+=("${package_of[$tool]}")
done
[ -e /usr/share/java/bcprov.jar ] || missing+=(libbcprov-java)

if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
