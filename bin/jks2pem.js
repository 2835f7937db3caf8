#!/usr/bin/env node
const needed = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(`jks2pem: error: needs Node ${needed.join('.')} or later, this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  const { keepCode, load } = require('./cache.js');
  const { nodeHost, run } = load('main.cjs');
  run(process.argv.slice(2), nodeHost()).then((exitCode) => {
    keepCode();
    // All output has been written. Without this call Node would wait for V8's helper threads and collect garbage.
    process.exit(exitCode);
  });
}
