#!/usr/bin/env node
const { keepCode, useCodeCache } = require('./code-cache.js');
useCodeCache();
const { nodeHost, run } = require('../dist/command/main.cjs');
run(process.argv.slice(2), nodeHost())
  .then((exitCode) => {
    process.exitCode = exitCode;
  })
  .then(keepCode);
