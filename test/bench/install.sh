#!/usr/bin/env bash
# Installs what the benchmarks make their workloads with and measure against.
source "$(dirname "$0")/../debian-packages.sh"

want java openjdk-17-jdk-headless
want javac openjdk-17-jdk-headless
want keytool openjdk-17-jdk-headless
want openssl openssl
want gcc gcc
want /usr/include/stdio.h libc6-dev
want /usr/bin/time time
want /usr/include/openssl/pkcs12.h libssl-dev
want /usr/share/java/bcprov.jar libbcprov-java
want /usr/lib/python3/dist-packages/jks python3-pyjks
install_missing
