# Sourced by scripts that install what tests and benchmarks run, where it is missing: Debian packages, as root.
set -euo pipefail

missing=()

# want PROGRAM-OR-PATTERN PACKAGE: a program by its name, anything else by its path, in which * stands for any name.
want() {
  case $1 in
    /*) compgen -G "$1" >/dev/null || missing+=("$2") ;;
    *) command -v "$1" >/dev/null || missing+=("$2") ;;
  esac
}

install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  # Daemons are started by the tests that want them, not by their packages (invoke-rc.d(8)).
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap "rm -f $policy" EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
