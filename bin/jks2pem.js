#!/usr/bin/env node
const { keepCode, memory, useCodeCache } = require('./cache.js');
useCodeCache();
const { nodeHost, run } = require('../dist/command/main.cjs');
run(process.argv.slice(2), nodeHost(memory, `${__dirname}/store-thread.js`))
  .then((exitCode) => {
    process.exitCode = exitCode;
  })
  .then(keepCode);
