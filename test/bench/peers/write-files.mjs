import { createHash, X509Certificate } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** For each file of a directory: reads and hashes it, verifies one RSA signature, and writes as many bytes as a bundle has. */
const [from, to] = process.argv.slice(2);
const story = (name) => new X509Certificate(readFileSync(new URL(`../../../fixtures/story/${name}`, import.meta.url)));
const [site, issuer] = [story('site.pem'), story('intermed.pem')];
const content = Buffer.alloc(6_000, 'x');
for (const name of readdirSync(from)) {
  createHash('sha1')
    .update(readFileSync(join(from, name)))
    .digest();
  if (!site.verify(issuer.publicKey)) throw new Error('the signature is wrong');
  const temporary = join(to, `${name}.new`);
  const descriptor = openSync(temporary, 'wx', 0o600);
  writeSync(descriptor, content);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, join(to, name));
}
