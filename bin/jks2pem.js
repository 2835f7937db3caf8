#!/usr/bin/env node
const { nodeHost, run } = require('../dist/command/main.cjs');
run(process.argv.slice(2), nodeHost()).then((exitCode) => {
  process.exitCode = exitCode;
});
