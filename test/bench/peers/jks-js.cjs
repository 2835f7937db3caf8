// FILE PASSWORD: the private keys of a JKS store and their certificates as they are stored, by jks-js.
const { readFileSync } = require('node:fs');
const { toPem } = require('jks-js');

const [file, password] = process.argv.slice(2);
for (const { key, cert } of Object.values(toPem(readFileSync(file), password)))
  if (key !== undefined) process.stdout.write(`${key}\n${cert}\n`);
