#!/usr/bin/env bash
# Runs the packed library in Deno, Bun, and Node with unusual flags, over all fixtures. The runtimes come from npm and stay in .cache.
# One line is printed for each, and one for each file that a runtime does not support.
set -euo pipefail
cd "$(dirname "$0")/../.."

versions=(deno@2.9.6 bun@1.4.5)
folder=$PWD/.cache/runtimes
mkdir -p "$folder"
# A manifest of its own, or npm would take the one further up. Both packages fetch their binary in a script.
echo '{ "private": true, "type": "module", "allowScripts": { "deno": true, "bun": true } }' > "$folder/package.json"
npm run --silent build
tarball=$folder/$(npm pack --silent --ignore-scripts --pack-destination "$folder")
npm install --prefix "$folder" --silent --no-save --no-audit --no-fund "${versions[@]}" "$tarball"
cp test/runtimes/program.mjs "$folder/program.mjs"
node test/runtimes/main.mjs "$folder" "$PWD/fixtures"
