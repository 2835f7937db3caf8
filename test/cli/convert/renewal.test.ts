import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { countDays } from '../../../src/x509/expiry.js';
import { formatTlsaRecord, tlsaRecordOf } from '../../../src/x509/tlsa.js';
import { expectation } from '../../fixtures.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { encryptKeysQuickly } from '../../quick-key-encryption.js';
import { ecdsaSha1, type KeyPair, leafOf, newKey, now, party, root } from '../../x509/certificate-maker.js';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const password = ['--storepass', 'pass:my-passphrase'];
/** What is said of the keystore of the story, on the day of the tests. */
const story3 = `RSA key and 3 certificates for mail.example.com, smtp.example.com, until 2056-01-01 (${countDays(10_623)})`;
/** Another keystore, for a second content. */
const other = [`${fixtures}jks/ec-p256.jks`, '--storepass', `pass:${expectation('jks/ec-p256.jks').storePass}`];

let folder: string;
let out: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  out = join(folder, 'example.pem');
  log = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const convert = (...args: string[]) => runCommand([tomcat, ...password, '-o', out, ...args]);
const labels = (path: string) => decodePem(readFileSync(path)).map(({ label }) => label);
const modeOf = (path: string) => statSync(path).mode & 0o7777;
const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');

describe('--mode and --owner', () => {
  test('are those of the file', async () => {
    expect((await convert('--mode', '0640', '--owner', `${process.getuid?.()}:${process.getgid?.()}`)).exitCode).toBe(
      0,
    );
    expect(modeOf(out)).toBe(0o640);
    expect(JSON.parse((await convert('--mode', '0640', '--json')).output).changed).toBe(false);
    expect(JSON.parse((await convert('--mode', '600', '--json')).output).changed).toBe(true);
    expect(modeOf(out)).toBe(0o600);
  });

  test.each([
    [['--mode', 'u=rw'], 2],
    [['--mode', '0400'], 2],
    [['--mode', '4600'], 2],
    [['--owner', 'nobody-of-this-name'], 1],
    [['--owner', 'root:nobody-of-this-name'], 1],
    [['--owner', ':'], 1],
  ])('%j is refused before anything is written', async (args, code) => {
    const { exitCode, error } = await convert(...args);
    expect(exitCode).toBe(code);
    expect(error).toMatch(/^jks2pem: error: /);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a key that everybody can read is warned of, and is a reason to refuse', async () => {
    expect((await convert('--mode', '0644')).error).toContain('world-readable');
    expect((await convert()).error).toContain('world-readable');
    expect((await convert('--strict')).exitCode).toBe(3);
    expect((await convert('--mode', '0600')).error).not.toContain('world-readable');
  });
});

test.each([
  ['--json', []],
  ['--mode', ['0600']],
  ['--owner', ['root']],
  ['--deploy-hook', ['true']],
  ['--dry-run', []],
  ['--layout', ['certbot']],
])('%s wants -o', async (option, values) => {
  const { exitCode, error } = await runCommand([tomcat, ...password, option, ...values]);
  expect(exitCode).toBe(2);
  expect(error).toContain('give -o');
});

describe('--dry-run', () => {
  test('says what would change', async () => {
    const { exitCode, error, output } = await convert('--dry-run', '--json', '--deploy-hook', `echo ran > ${log}`);
    expect(exitCode).toBe(0);
    expect(error).toContain(`would write ${out}: ${story3}`);
    expect(error).toContain('would run the deploy hook: echo ran');
    expect(JSON.parse(output)).toMatchObject({ changed: true, dryRun: true, files: [{ path: out, changed: true }] });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says that nothing would', async () => {
    await convert();
    const { error, output } = await convert('--dry-run', '--json', '--deploy-hook', 'false');
    expect(error).toContain('is up to date');
    expect(JSON.parse(output)).toMatchObject({ changed: false, dryRun: true });
  });
});

describe('--deploy-hook', () => {
  const note = () => `printf '%s|' "$RENEWED_LINEAGE" "$RENEWED_DOMAINS" "$JKS2PEM_FILES" >> ${log}`;

  test('gets what was renewed, once, and not again', async () => {
    await convert('--deploy-hook', note());
    await convert('--deploy-hook', note());
    expect(logged()).toBe(`${folder}|mail.example.com smtp.example.com|${out}|`);
  });

  test('sees the environment, but for the variables that held passwords', async () => {
    const environment = {
      JKS2PEM_STOREPASS: 'not-this',
      JKS2PEM_KEYPASS: 'nor-this',
      SECRET: 'my-passphrase',
      PLAIN: 'visible',
    };
    const args = [tomcat, '--storepass', 'env:SECRET', '-o', out, '--deploy-hook', `env > ${log}`];
    expect((await runCommand(args, { environment })).exitCode).toBe(0);
    expect(logged()).toContain('PLAIN=visible');
    expect(logged()).not.toMatch(/not-this|nor-this|my-passphrase|JKS2PEM_STOREPASS|SECRET/);
  });

  test('that fails: exit 4, the old file back, the hook run for it again', async () => {
    await convert();
    const before = statSync(out).ino;
    const hook = `grep -c CERTIFICATE "$JKS2PEM_FILES" >> ${log}; exit 7`;
    const { exitCode, error, output } = await runCommand([...other, '-o', out, '--deploy-hook', hook, '--json']);
    expect([exitCode, JSON.parse(output).error.code]).toEqual([4, 'ERR_HOOK_FAILED']);
    expect(error).toContain('deploy hook failed with exit code 7; the previous files were restored');
    expect(error).toContain('[ERR_HOOK_FAILED]');
    expect([statSync(out).ino, readdirSync(folder).sort()]).toEqual([before, ['example.pem', 'log']]);
    expect(logged()).toMatch(/^[24]\n6\n$/);
  });

  test('that cannot be found fails', async () => {
    expect((await convert('--deploy-hook', '/nowhere/hook 2>/dev/null')).exitCode).toBe(4);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('--layout certbot', () => {
  const live = () => join(folder, 'live');
  const inLive = (name: string) => join(live(), name);
  const run = (...args: string[]) =>
    runCommand([tomcat, ...password, '-o', live(), '--layout', 'certbot', '--json', ...args]);

  test('writes what certbot users look for', async () => {
    const { exitCode, output, error } = await run('--deploy-hook', `cat "$RENEWED_LINEAGE/fullchain.pem" > ${log}`);
    expect([exitCode, error]).toEqual([0, `jks2pem: wrote ${live()}: ${story3}\n`]);
    expect(JSON.parse(output).files).toEqual(
      ['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem'].map((name) => ({ path: inLive(name), changed: true })),
    );
    const certificates = (count: number) => Array.from({ length: count }, () => 'CERTIFICATE');
    expect(labels(inLive('privkey.pem'))).toEqual(['PRIVATE KEY']);
    expect(labels(inLive('cert.pem'))).toEqual(certificates(1));
    expect(labels(inLive('chain.pem'))).toEqual(certificates(2));
    expect(readFileSync(inLive('fullchain.pem'), 'latin1')).toBe(logged());
    expect(logged()).toBe(['cert.pem', 'chain.pem'].map((name) => readFileSync(inLive(name), 'latin1')).join(''));
    expect([modeOf(inLive('privkey.pem')), modeOf(inLive('fullchain.pem'))]).toEqual([0o600, 0o644]);
  });

  test('gives the mode asked for to the key alone', async () => {
    await run('--mode', '0640');
    expect([modeOf(inLive('privkey.pem')), modeOf(inLive('cert.pem'))]).toEqual([0o640, 0o644]);
    expect(JSON.parse((await run('--mode', '0640')).output).changed).toBe(false);
  });

  test.each([[['-a', 'tomcat', '-a', 'tomcat']], [['--trusted']]])('does not go with %j', async (args) => {
    expect((await run(...args)).exitCode).toBe(2);
  });
});

describe('the form of the key', () => {
  test.each([
    ['rsa-2048', 'RSA PRIVATE KEY'],
    ['ec-p256', 'EC PRIVATE KEY'],
  ])('--key-format traditional for %s', async (name, label) => {
    const store = `${fixtures}jks/${name}.jks`;
    const pass = `pass:${expectation(`jks/${name}.jks`).storePass}`;
    const { exitCode } = await runCommand([store, '--storepass', pass, '-o', out, '--key-format', 'traditional']);
    expect([exitCode, labels(out)[0]]).toEqual([0, label]);
    await runCommand([store, '--storepass', pass, '-o', log]);
    // Numbers, not bytes: PKCS#8 of an EC key may hold the public key or not.
    const numbers = (path: string) => createPrivateKey(readFileSync(path)).export({ format: 'jwk' });
    expect(numbers(out)).toEqual(numbers(log));
  });

  test('--key-format traditional is not there for Ed25519', async () => {
    const store = `${fixtures}jks/ed25519.jks`;
    const pass = `pass:${expectation('jks/ed25519.jks').storePass}`;
    const { exitCode, error } = await runCommand([store, '--storepass', pass, '--key-format', 'traditional']);
    expect(exitCode).toBe(1);
    expect(error).toContain('Ed25519 keys have no traditional form');
  });

  const encrypted = (situation: Situation, ...args: string[]) =>
    runCommand([tomcat, ...password, '-o', out, '--json', '--encrypt-key', 'env:NEW', ...args], situation);
  const secret = { environment: { NEW: 'pässphrase' } };

  test('--encrypt-key encrypts it, and the next run finds nothing to do', async () => {
    expect((await encrypted(secret)).exitCode).toBe(0);
    expect(labels(out)[0]).toBe('ENCRYPTED PRIVATE KEY');
    expect(createPrivateKey({ key: readFileSync(out), passphrase: 'pässphrase' }).asymmetricKeyType).toBe('rsa');
    expect(JSON.parse((await encrypted(secret)).output).changed).toBe(false);
  });

  describe('and the next time', () => {
    encryptKeysQuickly();

    test('--encrypt-key with another password, or over a key in the clear, is a change', async () => {
      await convert();
      expect(JSON.parse((await encrypted(secret)).output).changed).toBe(true);
      expect(JSON.parse((await encrypted({ environment: { NEW: 'another' } })).output).changed).toBe(true);
      expect(JSON.parse((await encrypted({ environment: { NEW: 'another' } })).output).changed).toBe(false);
      expect(JSON.parse((await convert('--json')).output).changed).toBe(true);
    });

    test('--encrypt-key in the certbot layout is for privkey.pem', async () => {
      const args = [tomcat, ...password, '-o', join(folder, 'live'), '--layout', 'certbot', '--json'];
      const run = async () =>
        JSON.parse((await runCommand([...args, '--encrypt-key', 'env:NEW'], secret)).output).changed;
      expect([await run(), await run()]).toEqual([true, false]);
      expect(labels(join(folder, 'live', 'privkey.pem'))).toEqual(['ENCRYPTED PRIVATE KEY']);
    });
  });

  test.each([
    [['--encrypt-key', 'pass:'], 'empty'],
    [['--encrypt-key', 'pass:x', '--key-format', 'traditional'], 'leave out --encrypt-key'],
    [['--encrypt-key', 'hunter2'], 'needs a prefix'],
  ])('%j is refused', async (args, words) => {
    const { exitCode, error } = await convert(...args);
    expect(exitCode).toBe(2);
    expect(error).toContain(words);
    expect(error).not.toContain('hunter2');
  });
});

describe('--strict', () => {
  const expired = [`${fixtures}jks/expired.jks`, '--storepass', `pass:${expectation('jks/expired.jks').storePass}`];

  test('tells reason and remedy, even with -q, and leaves what is there', async () => {
    await convert();
    const before = readFileSync(out);
    const { exitCode, error } = await runCommand([...expired, '--strict', '-q', '-o', out]);
    expect(exitCode).toBe(3);
    expect(error).toMatch(/warning: .*expired on/);
    expect(error).toContain('hint: renew the certificate');
    expect(readFileSync(out)).toEqual(before);
  });

  test.each<[string, readonly string[], Date | undefined, string]>([
    ['an expired leaf', [tomcat, ...password], new Date('2066-01-01'), 'WARN_CERTIFICATE_EXPIRED'],
    ['a leaf that is not yet valid', [tomcat, ...password], new Date('2000-01-01'), 'WARN_CERTIFICATE_NOT_YET_VALID'],
    ['an unknown root', [`${fixtures}tomcat-leaf-only.keystore`, ...password], undefined, 'WARN_ANCHOR_UNKNOWN'],
  ])('refuses %s, in JSON too', async (_, args, now, code) => {
    const { exitCode, output } = await runCommand([...args, '--strict', '--json', '-o', out], now && { now });
    expect(exitCode).toBe(3);
    const told = JSON.parse(output);
    expect(told).toMatchObject({ changed: false, files: [{ path: out, changed: false }] });
    expect(told.warnings.map((warning: { code: string }) => warning.code)).toContain(code);
    expect(readdirSync(folder)).toEqual([]);
  });

  describe('with made stores', () => {
    const authority = party('CA');
    const pair = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
    const entry = (alias: string, key: KeyPair, leaf: { der: Uint8Array }, issuers: readonly { der: Uint8Array }[]) =>
      keyEntry(alias, protectKey(new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' })), 'changeit'), [
        leaf,
        ...issuers,
      ]);
    const convertMade = (entries: readonly Uint8Array[], ...args: string[]) => {
      const store = join(folder, 'made.jks');
      writeFileSync(store, makeJks({ entries }));
      return runCommand([store, '--storepass', 'pass:changeit', '-o', out, '--json', ...args], { now });
    };
    const codes = (output: string) => JSON.parse(output).warnings.map(({ code }: { code: string }) => code);

    test.each<[string, () => Uint8Array, string, string]>([
      [
        'a gap',
        () => {
          const key = newKey();
          return entry('a', key, leafOf(authority, { key }), []);
        },
        'WARN_CHAIN_INCOMPLETE',
        '--add-cert',
      ],
      [
        'a weak key',
        () => {
          const key = pair(1024);
          return entry('a', key, leafOf(authority, { key }), [root(authority)]);
        },
        'WARN_KEY_WEAK',
        'make a new key',
      ],
      [
        'a weak signature',
        () => {
          const key = newKey();
          return entry('a', key, leafOf(authority, { key, signer: ecdsaSha1 }), [root(authority)]);
        },
        'WARN_SIGNATURE_WEAK',
        'SHA-256 or better',
      ],
    ])('refuses %s, and says what to do', async (_, make, code, remedy) => {
      const { exitCode, output, error } = await convertMade([make()], '--strict');
      expect([exitCode, codes(output), existsSync(out)]).toEqual([3, expect.arrayContaining([code]), false]);
      expect(error).toContain(remedy);
    });

    test('checks each of several keys', async () => {
      const [rsa, ec] = [pair(2048), newKey()];
      const good = entry('rsa', rsa, leafOf(authority, { key: rsa }), [root(authority)]);
      const expired = entry('ec', ec, leafOf(authority, { key: ec, to: '2024-01-01' }), [root(authority)]);
      const stranger = entry('ec', newKey(), leafOf(authority, { key: ec }), [root(authority)]);
      const both = ['-a', 'rsa', '-a', 'ec', '--strict'];
      expect(await convertMade([good, expired], ...both)).toMatchObject({
        exitCode: 3,
        error: expect.stringContaining('"ec": '),
      });
      expect((await convertMade([good, stranger], ...both)).error).toContain('[ERR_KEY_MISMATCH]');
      expect(existsSync(out)).toBe(false);
      const sound = entry('ec', ec, leafOf(authority, { key: ec }), [root(authority)]);
      expect((await convertMade([good, sound], ...both)).exitCode).toBe(0);
      expect(labels(out)).toEqual(['PRIVATE KEY', 'CERTIFICATE', 'PRIVATE KEY', 'CERTIFICATE']);
    });

    test('--tlsa: each of several keys needs a record, because a client may get any of them', async () => {
      const [rsa, ec] = [pair(2048), newKey()];
      const leaves = [leafOf(authority, { key: rsa }), leafOf(authority, { key: ec })] as const;
      const entries = [entry('rsa', rsa, leaves[0], [root(authority)]), entry('ec', ec, leaves[1], [root(authority)])];
      const [forRsa = '', forEc = ''] = leaves.map((leaf) => formatTlsaRecord(tlsaRecordOf(leaf, 3)));
      const both = ['-a', 'rsa', '-a', 'ec'];
      const one = await convertMade(entries, ...both, '--tlsa', forRsa);
      expect(codes(one.output).filter((code: string) => code === 'WARN_TLSA_MISMATCH')).toHaveLength(1);
      const all = await convertMade(entries, ...both, '--tlsa', forRsa, '--tlsa', forEc);
      expect(codes(all.output)).not.toContain('WARN_TLSA_MISMATCH');
    });
  });

  test('counts a password file that others can read', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'my-passphrase\n');
    chmodSync(file, 0o644);
    const { exitCode, error } = await runCommand([tomcat, '--storepass', `file:${file}`, '--strict', '-o', out]);
    expect(exitCode).toBe(3);
    expect(error).toContain('hint: chmod 600');
  });
});

describe('--tlsa', () => {
  const records = async () => {
    const { output } = await runCommand(['tlsa', tomcat, ...password, '--hostname', 'mail.example.com']);
    return output.trimEnd().split('\n').slice(0, 2) as [leaf: string, issuer: string];
  };
  const stale = `3 1 1 ${'00'.repeat(32)}`;
  const codes = (output: string) => JSON.parse(output).warnings.map(({ code }: { code: string }) => code);

  test('one record that matches is enough: of the leaf or of an issuer, alone or in a file', async () => {
    const [leaf, issuer] = await records();
    const file = join(folder, 'records');
    writeFileSync(file, `${stale}\n${leaf}\n`);
    for (const args of [
      ['--tlsa', leaf],
      ['--tlsa', issuer],
      ['--tlsa', stale, '--tlsa', leaf],
      ['--tlsa', file],
    ]) {
      const { exitCode, output } = await convert(...args, '--json', '--strict', '--allow', 'WARN_ANCHOR_UNKNOWN');
      expect([args, exitCode, codes(output)]).toEqual([args, 0, []]);
    }
  });

  test('if none matches, a warning; with --strict nothing is written', async () => {
    const strict = await convert('--tlsa', stale, '--strict', '--allow', 'WARN_ANCHOR_UNKNOWN');
    expect([strict.exitCode, existsSync(out)]).toEqual([3, false]);
    expect(strict.error).toContain('no published TLSA record matches "CN=mail.example.com,O=Example" (3 1 1 0000');
    const { exitCode, output } = await convert('--tlsa', stale, '--json');
    expect([exitCode, codes(output)]).toEqual([0, expect.arrayContaining(['WARN_TLSA_MISMATCH'])]);
    expect(labels(out)[0]).toBe('PRIVATE KEY');
  });

  test.each([['--trusted'], ['--only', 'key']])('%s has no chain to compare: exit 2', async (...args) => {
    const { exitCode, error } = await convert(...args, '--tlsa', stale);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('leave out --tlsa')]);
  });
});
