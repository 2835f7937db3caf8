#!/usr/bin/env node
const { keepCode, load, memory } = require('./cache.js');
const { nodeHost, run } = load('main.cjs');
run(process.argv.slice(2), nodeHost(memory, `${__dirname}/store-thread.js`))
  .then((exitCode) => {
    process.exitCode = exitCode;
  })
  .then(keepCode);
