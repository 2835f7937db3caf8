#!/usr/bin/env node
const { keepCode, load } = require('./cache.js');
const { nodeHost, run } = load('main.cjs');
run(process.argv.slice(2), nodeHost()).then((exitCode) => {
  keepCode();
  // All that there was to do is done, and written. By itself Node would first wait for V8's helpers and collect garbage.
  process.exit(exitCode);
});
