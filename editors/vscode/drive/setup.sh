#!/bin/sh
# Builds a real VS Code that a browser can show (code-server) in a folder of its own: setup.sh DIRECTORY
# Needs Node.js 20 with npm, a C++ compiler, python3, and Debian's chromium and ripgrep; takes some minutes.
set -eu
directory=${1:?"usage: setup.sh DIRECTORY"}
mkdir -p "$directory"
cd "$directory"
# no scripts: code-server's own would build for another Node.js, and fetch programs
npm install --no-save --ignore-scripts --no-audit --no-fund code-server@4.100.3 puppeteer-core@24 axe-core@4
cd node_modules/code-server/lib/vscode
npm install --omit=dev --ignore-scripts --no-audit --no-fund
ln -sfn node_modules node_modules.asar
gyp=$(npm root --global)/npm/node_modules/node-gyp/bin/node-gyp.js
[ -f "$gyp" ] || gyp=$(npm root --global)/node-gyp/bin/node-gyp.js
for package in @vscode/spdlog native-watchdog node-pty @parcel/watcher; do
  (cd "node_modules/$package" && node "$gyp" rebuild --nodedir="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")")
done
mkdir -p node_modules/@vscode/ripgrep/bin # for workspaceContains
ln -sfn "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
echo "VS Code is ready: LAZYOCI_TEST_CODE_SERVER=$directory"
