import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { groupName, userName } from '../../../src/deploy/owner.js';
import { decodePem } from '../../../src/pem/decode.js';
import { encodePem } from '../../../src/pem/encode.js';
import { expectation, fixture } from '../../fixtures.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { encryptKeysQuickly } from '../../quick-key-encryption.js';
import { watchWiping } from '../../wiping.js';
import { type KeyPair, leafOf, newKey, party, root } from '../../x509/certificate-maker.js';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const password = ['--storepass', 'pass:my-passphrase'];
const trust = ['--trust', `${fixtures}story/old-root.pem`];
const oldRoot = encodePem('CERTIFICATE', decodePem(fixture('story/old-root.pem'))[0]?.der ?? new Uint8Array());

let folder: string;
let pem: string;
/** The blocks of a right bundle, as text: key, site, intermediate, cross. */
let blocks: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  pem = join(folder, 'example.pem');
  await runCommand([tomcat, ...password, '-o', pem]);
  const { output } = await runCommand([tomcat, ...password]);
  blocks = output.split(/(?<=-----END [^\n]*\n)/);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

interface Told {
  readonly ok: boolean;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

async function verify(args: readonly string[], situation?: Situation) {
  const { exitCode, output, error } = await runCommand(['verify', pem, '--json', ...args], situation);
  const told: Told & Record<string, unknown> = JSON.parse(output);
  expect(told.ok).toBe(exitCode === 0);
  expect(error).toBe('');
  return { exitCode, told, codes: told.findings.map(({ code }) => code) };
}

/** A JKS with one key under the alias `mail`; its password is that of the maker. */
function jksOf({ privateKey }: KeyPair, chain: readonly { readonly der: Uint8Array }[]): Uint8Array {
  const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  return makeJks({ entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [...chain])] });
}

const write = (...parts: readonly (string | Uint8Array)[]) =>
  writeFileSync(pem, Buffer.concat(parts.map((part) => Buffer.from(part))));

describe('a right file', () => {
  test('alone, up to a root that is given', async () => {
    const { exitCode, told } = await verify(trust);
    expect(exitCode).toBe(0);
    expect(told).toMatchObject({
      path: pem,
      file: { path: pem, mode: '0600' },
      groups: [
        {
          key: { algorithm: 'RSA', encrypted: false },
          chain: [{}, {}, {}],
          anchor: { subject: expect.stringContaining('Old Root') },
        },
      ],
      keystore: null,
      findings: [],
    });
    expect(told['daysLeft']).toBeGreaterThan(10_000);
  });

  test('alone, up to no root that Node knows: a warning, and with --strict more than that', async () => {
    expect(await verify([])).toMatchObject({ exitCode: 0, codes: ['ANCHOR_UNKNOWN'] });
    expect((await verify(['--strict'])).exitCode).toBe(3);
  });

  test('with its keystore and its names', async () => {
    const names = ['--hostname', 'mail.example.com', '--hostname', 'smtp.example.com'];
    const { exitCode, told } = await verify(['--keystore', tomcat, ...password, ...names]);
    expect([exitCode, told.findings]).toEqual([0, []]);
    expect(told['keystore']).toEqual({ path: tomcat, aliases: ['tomcat'], same: true });
  });

  test('in words', async () => {
    const { exitCode, output } = await runCommand(['verify', pem, ...trust]);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/example\.pem: right, \d+ days left\n {2}mode 0600, owner /);
    expect(output).toContain('up to the root CN=Old Root CA,O=Example');
  });

  test('says nothing with -q', async () => {
    expect(await runCommand(['verify', pem, ...trust, '-q'])).toMatchObject({ exitCode: 0, output: '', error: '' });
    expect((await runCommand(['verify', pem, '-q', '--hostname', 'other.org'])).output).toContain(
      'is not for other.org',
    );
  });

  test('with the root sent, as DANE may want', async () => {
    write(...blocks, oldRoot);
    expect(await verify(trust)).toMatchObject({ exitCode: 0, codes: [] });
  });

  test('with an encrypted key and its password', async () => {
    await runCommand([tomcat, ...password, '-o', pem, '--encrypt-key', 'pass:new']);
    expect((await verify([...trust, '--keypass', 'pass:new'])).exitCode).toBe(0);
  });

  test('in the traditional format', async () => {
    await runCommand([tomcat, ...password, '-o', pem, '--key-format', 'traditional']);
    expect((await verify(trust)).exitCode).toBe(0);
  });

  test("in certbot's directory", async () => {
    const live = join(folder, 'live');
    await runCommand([tomcat, ...password, '-o', live, '--layout', 'certbot']);
    const run = () => runCommand(['verify', live, ...trust, '--json']);
    expect(JSON.parse((await run()).output)).toMatchObject({ ok: true, file: { path: join(live, 'privkey.pem') } });
    writeFileSync(join(live, 'chain.pem'), blocks[3] ?? '');
    expect(JSON.parse((await run()).output).findings).toMatchObject([
      { code: 'FILES_DIFFER', severity: 'error', message: 'fullchain.pem is not cert.pem followed by chain.pem' },
    ]);
  });
});

describe('exit 3 and a finding for an encrypted key', () => {
  encryptKeysQuickly();
  beforeEach(async () => {
    await runCommand([tomcat, ...password, '-o', pem, '--encrypt-key', 'pass:new']);
  });

  test('without a password', async () => {
    expect(await verify(trust)).toMatchObject({ exitCode: 3, codes: ['KEY_ENCRYPTED'] });
  });

  test('with a variable that is for keystores', async () => {
    const situation = { environment: { JKS2PEM_KEYPASS: 'new' } };
    expect(await verify(trust, situation)).toMatchObject({ exitCode: 3, codes: ['KEY_ENCRYPTED'] });
  });

  test('under another password', async () => {
    expect(await verify([...trust, '--keypass', 'pass:y'])).toMatchObject({ exitCode: 3, codes: ['KEY_UNREADABLE'] });
  });
});

describe('exit 3 and a finding for', () => {
  const [key, site, intermediate, cross] = [0, 1, 2, 3].map((i) => () => blocks[i] ?? '') as [
    () => string,
    () => string,
    () => string,
    () => string,
  ];
  const other = () => {
    const { storePass = '' } = expectation('jks/ec-p256.jks');
    return runCommand([`${fixtures}jks/ec-p256.jks`, '--storepass', `pass:${storePass}`]);
  };

  test.each<[string, () => void | Promise<void>, string]>([
    ['no key', () => write(site(), intermediate(), cross()), 'KEY_MISSING'],
    ['no certificate', () => write(key()), 'CERTIFICATE_MISSING'],
    ['nothing', () => write(''), 'PEM_EMPTY'],
    ['a file that is cut', () => write(key(), site().slice(0, -30)), 'PEM_MALFORMED'],
    ['two blocks glued together', () => write(key().trimEnd(), site()), 'PEM_MALFORMED'],
    ['a key behind its certificates', () => write(site(), intermediate(), cross(), key()), 'ORDER'],
    ['an issuer before the leaf', () => write(key(), intermediate(), site(), cross()), 'ORDER'],
    ['issuers in the wrong order', () => write(key(), site(), cross(), intermediate()), 'CHAIN_INCOMPLETE'],
    ['a gap', () => write(key(), site(), cross()), 'CHAIN_INCOMPLETE'],
    ['a leaf alone', () => write(key(), site()), 'CHAIN_INCOMPLETE'],
    ['a stranger at the end', () => write(...blocks, oldRoot, intermediate()), 'CHAIN_EXCESS'],
    [
      'the key of another keystore',
      async () => write((await other()).output.split(/(?<=END PRIVATE KEY-----\n)/)[0] ?? '', ...blocks.slice(1)),
      'KEY_MISMATCH',
    ],
    [
      'bytes that are not a key',
      () => write(encodePem('PRIVATE KEY', Uint8Array.of(5, 0)), ...blocks.slice(1)),
      'KEY_UNREADABLE',
    ],
    [
      'bytes that are not a certificate',
      () => write(key(), encodePem('CERTIFICATE', Uint8Array.of(5, 0))),
      'CERTIFICATE_UNREADABLE',
    ],
    ['two keys of one algorithm', () => write(...blocks, ...blocks), 'KEY_REPEATED'],
    [
      'a key encrypted in the traditional way',
      () =>
        write(
          '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n',
          ...blocks.slice(1),
        ),
      'KEY_ENCRYPTED',
    ],
    ['a file that everybody can read', () => chmodSync(pem, 0o644), 'FILE_MODE'],
    ['a file that the group can change', () => chmodSync(pem, 0o660), 'FILE_MODE'],
  ])('%s', async (_, make, code) => {
    await make();
    const { exitCode, codes } = await verify(trust);
    expect([exitCode, codes]).toEqual([3, expect.arrayContaining([code])]);
  });

  test.each([
    [0o660, 'error', `the group ${groupName(process.getgid?.() ?? 0)} can change it (mode 0660)`],
    [0o662, 'error', 'every user can change it (mode 0662)'],
    [0o604, 'error', 'every user can read the private key (mode 0604)'],
  ])('mode %o', async (mode, severity, problem) => {
    chmodSync(pem, mode);
    const message = `${pem}: ${problem}`;
    expect((await verify(trust)).told.findings).toEqual([{ code: 'FILE_MODE', severity, message }]);
  });

  test.runIf(process.getuid?.() === 0)('a key that another group than the own one can read (needs root)', async () => {
    chmodSync(pem, 0o640);
    chownSync(pem, 0, 0);
    expect((await verify(trust)).told.findings).toEqual([]);
    chownSync(pem, 0, 1234);
    const message = `${pem}: the group ${groupName(1234)} can read the private key (mode 0640)`;
    expect((await verify(trust)).told.findings).toEqual([{ code: 'FILE_MODE', severity: 'info', message }]);
    write(...blocks.slice(1));
    expect((await verify(trust)).codes).not.toContain('FILE_MODE');
  });

  test('dates', async () => {
    const at = (day: string) => verify(trust, { now: new Date(day) });
    expect((await at('2066-01-01')).codes).toContain('CERTIFICATE_EXPIRED');
    expect((await at('2000-01-01')).codes).toContain('CERTIFICATE_NOT_YET_VALID');
  });

  test('a name', async () => {
    expect(await verify([...trust, '--hostname', 'www.example.com'])).toMatchObject({
      exitCode: 3,
      codes: ['HOST_NAME'],
    });
    expect(await verify([...trust, '--hostname', '192.0.2.1'])).toMatchObject({ exitCode: 3, codes: ['HOST_NAME'] });
  });

  test('a root that it does not reach', async () => {
    const { exitCode, told } = await verify(['--trust', `${fixtures}not-keystores/certificate.pem`]);
    expect(exitCode).toBe(3);
    expect(told.findings).toMatchObject([{ code: 'ANCHOR_UNKNOWN', severity: 'error' }]);
  });

  test('another keystore', async () => {
    const { storePass = '' } = expectation('jks/ec-p256.jks');
    const args = ['--keystore', `${fixtures}jks/ec-p256.jks`, '--storepass', `pass:${storePass}`, ...trust];
    const { exitCode, told, codes } = await verify(args);
    expect([exitCode, codes]).toEqual([3, ['KEYSTORE_DIFFERS']]);
    expect(told['keystore']).toMatchObject({ same: false });
  });
});

describe('a warning for', () => {
  test('days', async () => {
    const args = (days: string) => verify([...trust, '--days', days], { now: new Date('2055-12-22T00:00:00Z') });
    expect(await args('10')).toMatchObject({ exitCode: 0, codes: [] });
    // The three certificates of the chain end on one day.
    const soon = ['EXPIRES_SOON', 'EXPIRES_SOON', 'EXPIRES_SOON'];
    expect(await args('11')).toMatchObject({ exitCode: 0, codes: soon });
    // By default 21 days, for a certificate of 30 years.
    expect(await verify(trust, { now: new Date('2055-12-11T00:00:01Z') })).toMatchObject({ codes: soon });
    expect(await verify(trust, { now: new Date('2055-12-11T00:00:00Z') })).toMatchObject({ codes: [] });
  });

  test.runIf(process.getuid?.() === 0)('an owner who is neither root nor us (needs root)', async () => {
    chownSync(pem, 1234, 0);
    const message = `${pem}: belongs to ${userName(1234)}, who can change it`;
    expect(await verify(trust)).toMatchObject({
      exitCode: 0,
      told: { findings: [{ code: 'FILE_OWNER', severity: 'warning', message }] },
    });
    expect(await verify(trust, { userId: 1234 })).toMatchObject({ codes: [] });
    // Root can change every file anyway.
    chownSync(pem, 0, 0);
    expect(await verify(trust, { userId: 1234 })).toMatchObject({ codes: [] });
  });
});

test.each([
  ['a file that is missing', ['/nowhere/a.pem'], 1],
  ['a keystore that is missing', ['--keystore', '/nowhere/a.jks', ...password], 1],
  ['a wrong password', ['--keystore', tomcat, '--storepass', 'pass:wrong'], 1],
  ['days that are none', ['--days', 'soon'], 2],
  ['no file', [], 2],
])('%s', async (name, args, code) => {
  const file = name.startsWith('a file') || name === 'no file' ? [] : [pem];
  expect((await runCommand(['verify', ...file, ...args])).exitCode).toBe(code);
});

describe('a file that is not what it should be gets the line that helps', () => {
  test('a keystore', async () => {
    const { exitCode, error } = await runCommand(['verify', tomcat]);
    expect(exitCode).toBe(2);
    expect(error).toContain(`${tomcat} is a keystore (JKS), not a PEM file`);
    expect(error).toContain(`hint: jks2pem list ${tomcat} shows`);
  });

  test('swapped arguments', async () => {
    const { exitCode, error } = await runCommand(['verify', tomcat, '--keystore', pem, ...password]);
    expect(exitCode).toBe(2);
    expect(error).toContain(`hint: the two files are swapped: jks2pem verify ${pem} --keystore ${tomcat}`);
  });

  test('an old file after a renewal: which certificate is where, and how to update it', async () => {
    const issuer = party('Verify Test CA');
    const authority = root(issuer);
    const key = newKey();
    const old = leafOf(issuer, { key, from: '2025-01-01', to: '2027-01-01' });
    const renewed = leafOf(issuer, { key, from: '2026-01-01', to: '2028-01-01' });
    const store = join(folder, 'renewed.jks');
    writeFileSync(store, jksOf(key, [renewed, authority]));
    const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    write(privateKey, encodePem('CERTIFICATE', old.der), encodePem('CERTIFICATE', authority.der));
    const { told } = await verify(['--keystore', store, '--storepass', 'pass:changeit']);
    const difference = told.findings.find(({ code }) => code === 'KEYSTORE_DIFFERS') as
      | { message?: string }
      | undefined;
    expect(difference?.message).toContain('holds a newer certificate for "CN=mail.example.com"');
    expect(difference?.message).toContain(`the file has SHA-256 ${old.sha256.slice(0, 16)}…, 2025-01-01 to 2027-01-01`);
    expect(difference?.message).toContain(
      `the keystore SHA-256 ${renewed.sha256.slice(0, 16)}…, 2026-01-01 to 2028-01-01`,
    );
    expect(difference?.message).toContain(`jks2pem ${store} -o ${pem} updates the file`);
  });

  test('the same certificate over another key in the keystore', async () => {
    const issuer = party('Verify Test CA');
    const [key, other] = [newKey(), newKey()];
    const leaf = leafOf(issuer, { key });
    const store = join(folder, 'other-key.jks');
    writeFileSync(store, jksOf(other, [leaf, root(issuer)]));
    write(key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), encodePem('CERTIFICATE', leaf.der));
    const { told } = await verify(['--keystore', store, '--storepass', 'pass:changeit']);
    expect(told.findings).toContainEqual({
      code: 'KEYSTORE_DIFFERS',
      severity: 'error',
      message: `${store}: the private key of "mail" does not belong to the certificate "CN=mail.example.com" in ${pem}`,
    });
  });

  test('whose key cannot be decrypted: the key of the file is wiped all the same', async () => {
    const key = newKey();
    const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' });
    const leaf = leafOf(party('Verify Test CA'), { key });
    const store = join(folder, 'other-password.jks');
    writeFileSync(
      store,
      makeJks({ entries: [keyEntry('mail', protectKey(new Uint8Array(pkcs8), 'unknown'), [leaf])] }),
    );
    write(key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), encodePem('CERTIFICATE', leaf.der));
    const wiped = watchWiping();
    const { exitCode, error } = await runCommand(['verify', pem, '--keystore', store, '--storepass', 'pass:changeit']);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('[ERR_KEY_UNRECOVERABLE]')]);
    expect(wiped).toContain(pkcs8.toString('latin1'));
  });

  test('one certificate too many gives one finding', async () => {
    write(...blocks, oldRoot);
    expect((await verify(trust)).codes).toEqual([]);
    write(...blocks, oldRoot, blocks[2] ?? '');
    const { told } = await verify(trust);
    expect(told.findings).toMatchObject([
      { code: 'CHAIN_EXCESS', message: 'not part of the chain: "CN=Intermediate CA,O=Example"' },
    ]);
  });
});

describe('key and certificate in separate files', () => {
  test('are checked as one, and the mode is that of the key', async () => {
    const key = join(folder, 'key.pem');
    const cert = join(folder, 'cert.pem');
    writeFileSync(key, (blocks[0] ?? '').trimEnd(), { mode: 0o600 });
    writeFileSync(cert, blocks.slice(1).join(''), { mode: 0o644 });
    const run = (...args: string[]) => runCommand(['verify', cert, '--key', key, ...trust, '--json', ...args]);
    const { exitCode, output } = await run();
    expect([exitCode, JSON.parse(output)]).toMatchObject([0, { file: { path: key, mode: '0600' }, findings: [] }]);
    chmodSync(key, 0o604);
    expect(JSON.parse((await run()).output).findings).toMatchObject([{ code: 'FILE_MODE', severity: 'error' }]);
  });
});

describe("a directory in certbot's layout", () => {
  const lineage = () => {
    const directory = mkdtempSync(join(folder, 'lineage-'));
    const [key = '', leaf = '', ...issuers] = blocks;
    const contents = { 'privkey.pem': key, 'cert.pem': leaf, 'chain.pem': issuers.join('') };
    for (const [name, content] of Object.entries({ ...contents, 'fullchain.pem': leaf + issuers.join('') }))
      writeFileSync(join(directory, name), content, { mode: 0o600 });
    return directory;
  };

  test('takes no --key, because it contains one', async () => {
    const directory = lineage();
    const { exitCode, error } = await runCommand(['verify', directory, '--key', pem, ...trust]);
    expect(exitCode).toBe(2);
    expect(error).toContain(`--key ${pem}: the key of the directory ${directory} is its privkey.pem`);
    expect(error).toContain(`hint: leave out --key, or name a file: ${join(directory, 'fullchain.pem')}\n`);
  });

  test('may lack the line feed at the end of privkey.pem', async () => {
    const directory = lineage();
    writeFileSync(join(directory, 'privkey.pem'), (blocks[0] ?? '').trimEnd());
    const { exitCode, output } = await runCommand(['verify', directory, ...trust, '--json']);
    expect([exitCode, JSON.parse(output).findings]).toEqual([0, []]);
  });
});

test('a key that every user can read is an error, as in doctor', async () => {
  // An error is never allowed.
  chmodSync(pem, 0o644);
  expect(await verify([...trust, '--allow', 'FILE_MODE'])).toMatchObject({ exitCode: 3, codes: ['FILE_MODE'] });
  const quiet = await runCommand(['verify', pem, ...trust, '-q']);
  expect(quiet.output).toContain('every user can read the private key (mode 0644)');
});

describe('--nagios prints one line', () => {
  const run = (...args: string[]) => runCommand(['verify', pem, '--nagios', ...args]);
  test('right: 0', async () => {
    expect(await run(...trust)).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^VERIFY OK - \S+example\.pem: right, \d+ days left \| days_left=\d+\n$/),
      error: '',
    });
  });
  test('a warning: 1, with --strict 2', async () => {
    expect(await run()).toMatchObject({ exitCode: 1, output: expect.stringMatching(/^VERIFY WARNING - [^\n]*\n$/) });
    expect(await run('--strict')).toMatchObject({ exitCode: 2 });
  });
  test('an error: 2', async () => {
    const { exitCode, output } = await run(...trust, '--hostname', 'other.org');
    expect([exitCode, output]).toEqual([2, expect.stringMatching(/^VERIFY CRITICAL - [^\n]*other\.org[^\n]*\n$/)]);
  });
  test.each([
    [['verify', '/nowhere.pem', '--nagios'], 'no such file'],
    [['verify', '--nagios'], 'missing required argument'],
    [['verify', tomcat, '--nagios'], 'is a keystore'],
    [['verify', '/nowhere.pem', '--nagios', '--nonsense'], 'unknown option'],
  ])('%j: 3, unknown', async (args, text) => {
    const { exitCode, output, error } = await runCommand(args);
    expect([exitCode, error]).toEqual([3, '']);
    expect(output).toMatch(/^VERIFY UNKNOWN - [^\n]*\n$/);
    expect(output).toContain(text);
  });
});

describe('--tlsa', () => {
  const record = async (...args: string[]) => (await runCommand(['tlsa', pem, ...args])).output.split('\n')[0] ?? '';

  test('a record that matches is right, in any form that DNS tools print', async () => {
    const line = await record();
    const bare = line.replace(/^.*TLSA /, '').replace(/ *;.*/, '');
    const [usage, selector, type, hex = ''] = bare.split(' ');
    for (const text of [line, bare, `${usage} ${selector} ${type} ${hex.slice(0, 56).toUpperCase()} ${hex.slice(56)}`])
      expect(await verify([...trust, '--tlsa', text]), text).toMatchObject({ exitCode: 0, codes: [] });
    const file = join(folder, 'records');
    writeFileSync(file, `; published\n\n3 1 1 ${'00'.repeat(32)}\n${line}\n`);
    expect(await verify([...trust, '--tlsa', file])).toMatchObject({ codes: [] });
  });

  test('none that matches is a warning, with --strict an error', async () => {
    const stale = `3 1 1 ${'00'.repeat(32)}`;
    expect(await verify([...trust, '--tlsa', stale])).toMatchObject({ exitCode: 0, codes: ['TLSA_MISMATCH'] });
    expect(await verify([...trust, '--tlsa', stale, '--strict'])).toMatchObject({ exitCode: 3 });
    // Mail clients ignore usage 1 (RFC 7672 3.1.3).
    expect(await verify([...trust, '--tlsa', (await record()).replace('TLSA 3', 'TLSA 1')])).toMatchObject({
      codes: ['TLSA_MISMATCH'],
    });
  });

  test('a file without a record is exit 2: an empty answer of dig is no check', async () => {
    const file = join(folder, 'no-records');
    writeFileSync(file, '; nothing\n');
    const { exitCode, error } = await runCommand(['verify', pem, '--tlsa', file]);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('holds no record')]);
  });

  test.each(['3 1 1', '3 1 1 xyz', '3 1 1 abc', '/nowhere'])('%j is exit 2', async (text) => {
    expect((await runCommand(['verify', pem, '--tlsa', text])).exitCode).toBe(2);
  });
});
