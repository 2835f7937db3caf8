#!/usr/bin/env bash
# Installs what the peer tests are held against.
source "$(dirname "$0")/../debian-packages.sh"

want keytool openjdk-17-jdk-headless
want java openjdk-17-jdk-headless
want openssl openssl
want expect expect
want setfacl acl
want ansible-playbook ansible-core
want systemd-analyze systemd
want strace strace
want mandoc mandoc
want chromium chromium
want zsh zsh
want fish fish
want python3 python3
want postfix postfix
want saslauthd sasl2-bin
want nginx nginx-light
want haproxy haproxy
want dovecot dovecot-core
want /usr/lib/dovecot/imap-login dovecot-imapd
want /usr/share/java/bcprov.jar libbcprov-java
want '/usr/lib/*/sasl2/libplain.so' libsasl2-modules
install_missing
