import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { encodePem } from '../../../src/pem/encode.js';
import { expectation, fixture } from '../../fixtures.js';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const password = ['--storepass', 'pass:my-passphrase'];
const trust = ['--trust', `${fixtures}story/old-root.pem`];
const root = encodePem('CERTIFICATE', decodePem(fixture('story/old-root.pem'))[0]?.der ?? new Uint8Array());

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
afterEach(() => rmSync(folder, { recursive: true }));

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
    write(...blocks, root);
    expect(await verify(trust)).toMatchObject({ exitCode: 0, codes: [] });
  });

  test('with an encrypted key, whose password is told', async () => {
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
    expect(JSON.parse((await run()).output).findings).toMatchObject([{ code: 'FILES_DIFFER' }]);
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
    ['a keystore', () => write(fixture('tomcat.keystore')), 'PEM_EMPTY'],
    ['a file that is cut', () => write(key(), site().slice(0, -30)), 'PEM_MALFORMED'],
    ['two blocks glued together', () => write(key().trimEnd(), site()), 'PEM_MALFORMED'],
    ['a key behind its certificates', () => write(site(), intermediate(), cross(), key()), 'ORDER'],
    ['an issuer before the leaf', () => write(key(), intermediate(), site(), cross()), 'ORDER'],
    ['issuers in the wrong order', () => write(key(), site(), cross(), intermediate()), 'CHAIN_INCOMPLETE'],
    ['a gap', () => write(key(), site(), cross()), 'CHAIN_INCOMPLETE'],
    ['a leaf alone', () => write(key(), site()), 'CHAIN_INCOMPLETE'],
    ['a stranger at the end', () => write(...blocks, root, intermediate()), 'CHAIN_EXCESS'],
    [
      "somebody else's key",
      async () => write((await other()).output.split(/(?<=END PRIVATE KEY-----\n)/)[0] ?? '', ...blocks.slice(1)),
      'KEY_MISMATCH',
    ],
    [
      'a key that is none',
      () => write(encodePem('PRIVATE KEY', Uint8Array.of(5, 0)), ...blocks.slice(1)),
      'KEY_UNREADABLE',
    ],
    [
      'a certificate that is none',
      () => write(key(), encodePem('CERTIFICATE', Uint8Array.of(5, 0))),
      'CERTIFICATE_UNREADABLE',
    ],
    ['two keys of one algorithm', () => write(...blocks, ...blocks), 'KEY_REPEATED'],
    [
      'an encrypted key',
      async () => void (await runCommand([tomcat, ...password, '-o', pem, '--encrypt-key', 'pass:x'])),
      'KEY_ENCRYPTED',
    ],
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

  test('an encrypted key under another password', async () => {
    await runCommand([tomcat, ...password, '-o', pem, '--encrypt-key', 'pass:x']);
    expect(await verify([...trust, '--keypass', 'pass:y'])).toMatchObject({ exitCode: 3, codes: ['KEY_UNREADABLE'] });
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
    expect(await args('11')).toMatchObject({ exitCode: 0, codes: ['EXPIRES_SOON'] });
    // Two weeks, if nothing is said.
    expect(await verify(trust, { now: new Date('2055-12-19T00:00:00Z') })).toMatchObject({ codes: ['EXPIRES_SOON'] });
    expect(await verify(trust, { now: new Date('2055-12-17T00:00:00Z') })).toMatchObject({ codes: [] });
  });

  test.runIf(process.getuid?.() === 0)('an owner who is neither root nor us', async () => {
    chownSync(pem, 1234, 0);
    expect(await verify(trust)).toMatchObject({ exitCode: 0, codes: ['FILE_OWNER'] });
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
