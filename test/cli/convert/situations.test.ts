import { generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
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
import { readCertificate } from '../../../src/x509/parse-certificate.js';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../../keystore/jks/jks-maker.js';
import { ext, generalName, type KeyPair, leafOf, newKey, now, party, root } from '../../x509/certificate-maker.js';
import { runCommand, type Situation } from '../fake-host.js';

const ca = party('CA');
const caCertificate = root(ca);
const key = newKey();
const placeholder = leafOf(party('mail.example', key), { key, host: 'mail.example' });
const reply = leafOf(ca, { key });
const pkcs8 = ({ privateKey }: KeyPair) => new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const pem = (...certificates: { der: Uint8Array }[]) =>
  certificates
    .map(
      ({ der }) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    )
    .join('');

let directory: string;
let store: string;
let out: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  store = join(directory, 'store.jks');
  out = join(directory, 'out.pem');
});
afterEach(() => rmSync(directory, { recursive: true }));

const entry = (alias: string, ...chain: { der: Uint8Array }[]) =>
  keyEntry(alias, protectKey(pkcs8(key), 'changeit'), chain);
function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}
function run(entries: readonly Uint8Array[], args: readonly string[], situation: Situation = {}) {
  writeFileSync(store, makeJks({ entries }));
  return runCommand([store, '--storepass', 'pass:changeit', ...args], { now, ...situation });
}
const without = (entries: readonly Uint8Array[], args: readonly string[]) => {
  writeFileSync(store, makeJks({ entries }));
  return runCommand([store, ...args], { now });
};
const certificatesIn = (text: string | Uint8Array) =>
  decodePem(Buffer.from(text))
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ der }) => readCertificate(der).sha256);

describe('the right leaf', () => {
  test('a reply under another alias goes before the placeholder of keytool, and the output says so', async () => {
    const entries = [entry('mail', placeholder), trustedEntry('reply', reply), trustedEntry('ca', caCertificate)];
    const { exitCode, error, output } = await run(entries, ['-o', out, '--json']);
    expect(exitCode).toBe(0);
    expect(certificatesIn(readFileSync(out))).toEqual([reply.sha256]);
    expect(JSON.parse(output)).toMatchObject({ leafFrom: 'keystore', warnings: [] });
    expect(error).toContain('jks2pem: "mail": the certificate issued by "CN=CA" is from elsewhere in the keystore');
    expect((await run(entries, ['-o', out, '--strict', '-q'])).error).toBe('');
  });

  test('a reply in a file, too', async () => {
    const { output } = await run(
      [entry('mail', placeholder)],
      ['-o', out, '--json', '--add-cert', write('r', pem(reply))],
    );
    expect(JSON.parse(output)).toMatchObject({ leafFrom: 'added', chain: [{ sha256: reply.sha256 }] });
  });

  test('a self-signed leaf is a warning with a remedy, unless --trust has this very certificate', async () => {
    const entries = [entry('mail', placeholder)];
    expect((await run(entries, [])).error).toContain('self-signed');
    const { exitCode, error } = await run(entries, ['--strict', '-o', out]);
    expect([exitCode, existsSync(out)]).toEqual([3, false]);
    expect(error).toContain('--add-cert');
    const trust = ['--strict', '-o', out, '--trust'];
    expect((await run(entries, [...trust, write('self', pem(placeholder))])).exitCode).toBe(0);
    expect((await run(entries, [...trust, write('ca', pem(caCertificate))])).exitCode).toBe(3);
  });

  test('a key without a certificate takes it from --add-cert, and the hint says so', async () => {
    const { exitCode, error } = await run([entry('mail')], []);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('--add-cert FILE')]);
    expect(certificatesIn((await run([entry('mail')], ['--add-cert', write('r', pem(reply))])).output)).toEqual([
      reply.sha256,
    ]);
  });

  test('an issuer at the place of the leaf is not compared with the key', async () => {
    const { exitCode, error } = await run([entry('mail', caCertificate)], []);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('only the certificate of an issuer, "CN=CA"')]);
  });
});

describe('one of several keys', () => {
  const other = newKey();
  const second = leafOf(ca, { key: other });
  const entries = [
    entry('x', reply, caCertificate),
    keyEntry('x', protectKey(pkcs8(other), 'changeit'), [second, caCertificate]),
  ];

  test('of one alias is chosen by its fingerprint, and by nothing else', async () => {
    const { exitCode, error } = await run(entries, ['-a', 'x']);
    expect(exitCode).toBe(1);
    expect(error).toContain(`sha256:${second.sha256.slice(0, 16)}`);
    const chosen = await run(entries, ['-a', `sha256:${second.sha256.slice(0, 8)}`]);
    expect(certificatesIn(chosen.output)).toEqual([second.sha256]);
  });
});

describe('--only', () => {
  const entries = [entry('mail', reply, caCertificate)];

  test('key: nothing else, mode 0600', async () => {
    const { exitCode, error } = await run(entries, ['--only', 'key', '-o', out]);
    expect([exitCode, error]).toEqual([0, `jks2pem: wrote ${out}: EC key\n`]);
    expect(decodePem(readFileSync(out)).map(({ label }) => label)).toEqual(['PRIVATE KEY']);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect((await run([entry('mail')], ['--only', 'key'])).exitCode).toBe(0);
  });

  test('chain: no key, mode 0644, and no password', async () => {
    const { exitCode } = await without(entries, ['--only', 'chain', '-o', out]);
    expect(exitCode).toBe(0);
    expect(certificatesIn(readFileSync(out))).toEqual([reply.sha256]);
    expect(readFileSync(out, 'latin1')).not.toContain('PRIVATE');
    expect(statSync(out).mode & 0o777).toBe(0o644);
  });

  test('chain: a password that is given is used', async () => {
    const wrong = await runCommand([store, '--storepass', 'pass:wrong', '--only', 'chain'], { now });
    expect(wrong.exitCode).toBe(1);
  });
});

describe('--trusted', () => {
  const second = root(party('Other'));
  const entries = [trustedEntry('ca', caCertificate), trustedEntry('other', second)];

  test('needs no password', async () => {
    const { exitCode, output } = await without(entries, ['--trusted']);
    expect(exitCode).toBe(0);
    expect(certificatesIn(output)).toEqual([caCertificate.sha256, second.sha256]);
  });

  test.each([['other'], [`sha256:${second.sha256}`]])('takes -a %s', async (name) => {
    expect(certificatesIn((await run(entries, ['--trusted', '-a', name])).output)).toEqual([second.sha256]);
  });

  test('a certificate that is not there', async () => {
    const { exitCode, error } = await run([entry('mail', reply)], ['--trusted']);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('no trusted certificate')]);
    expect(error).not.toMatch(/hint:.*--trusted/);
  });
});

describe('--split', () => {
  test('writes a file for each entry, named after its alias', async () => {
    const names = ['ca', '../up', '.hidden', 'ä', 'ca'.toUpperCase(), 'a b'];
    const entries = names.map((alias, i) => trustedEntry(alias, i === 0 ? caCertificate : root(party(`CA ${i}`))));
    const to = join(directory, 'cas');
    const { exitCode, error } = await run(entries, ['--trusted', '--split', '--output-dir', to]);
    expect([exitCode, error]).toEqual([0, expect.stringContaining('6 trusted certificates')]);
    expect(readdirSync(to).sort()).toEqual(['CA.crt', '_._up.crt', '__.crt', '_hidden.crt', 'a_b.crt', 'ca-2.crt']);
    expect(statSync(join(to, 'CA.crt')).mode & 0o777).toBe(0o644);
  });

  test('of a keystore writes keys and certificates', async () => {
    const to = join(directory, 'all');
    await run(
      [entry('mail', reply, caCertificate), trustedEntry('ca', caCertificate)],
      ['--split', '--output-dir', to],
    );
    expect(readdirSync(to)).toEqual(['ca.crt', 'mail.pem']);
    expect(decodePem(readFileSync(join(to, 'mail.pem'))).map(({ label }) => label)).toEqual([
      'PRIVATE KEY',
      'CERTIFICATE',
    ]);
    expect(statSync(join(to, 'mail.pem')).mode & 0o777).toBe(0o600);
  });

  test('gives --mode to the files with keys; without a key, to all', async () => {
    const modes = async (to: string, ...options: string[]) => {
      const entries = [entry('mail', reply, caCertificate), trustedEntry('ca', caCertificate)];
      await run(entries, ['--split', '--output-dir', to, '--mode', '0640', ...options]);
      return readdirSync(to).map((name) => `${name} ${(statSync(join(to, name)).mode & 0o777).toString(8)}`);
    };
    expect(await modes(join(directory, 'all'))).toEqual(['ca.crt 644', 'mail.pem 640']);
    expect(await modes(join(directory, 'cas'), '--trusted')).toEqual(['ca.crt 640']);
  });

  test('warns of certificate files that the keystore no longer holds', async () => {
    const to = join(directory, 'cas');
    mkdirSync(to);
    writeFileSync(join(to, 'old.crt'), 'x');
    const split = ['--trusted', '--split', '--output-dir', to];
    const { exitCode, error } = await run([trustedEntry('ca', caCertificate)], split);
    expect([exitCode, error]).toEqual([0, expect.stringContaining(`no entry for ${to}/old.crt`)]);
    expect((await run([trustedEntry('ca', caCertificate)], [...split, '--strict'])).exitCode).toBe(3);
  });

  test('needs --output-dir', async () => {
    expect((await run([trustedEntry('ca', caCertificate)], ['--trusted', '--split'])).exitCode).toBe(2);
  });
});

describe('where the key goes', () => {
  const entries = [entry('mail', reply, caCertificate)];
  test('not to a terminal, unless asked for', async () => {
    const refused = await run(entries, [], { outputColumns: 80 });
    expect([refused.exitCode, refused.output]).toEqual([2, '']);
    expect(refused.error).toContain('-o -');
    expect((await run(entries, ['-o', '-'], { outputColumns: 80 })).output).toContain('PRIVATE KEY');
    expect((await run(entries, ['--only', 'chain'], { outputColumns: 80 })).exitCode).toBe(0);
  });
});

test('each key may have a password of its own', async () => {
  const rsaLess = newKey();
  const entries = [
    keyEntry('1', protectKey(pkcs8(key), 'one'), [reply]),
    keyEntry('2', protectKey(pkcs8(rsaLess), 'two'), [leafOf(ca, { key: rsaLess })]),
  ];
  for (const alias of ['1', '2']) {
    const args = ['-a', alias, '--keypass', 'pass:one', '--keypass', 'pass:two'];
    expect((await run(entries, args)).exitCode).toBe(0);
  }
});

describe('expiry is never silent', () => {
  const entries = [entry('mail', leafOf(ca, { key, from: '2026-01-01', to: '2027-01-01' }), caCertificate)];
  const near = { now: new Date('2026-12-20T00:00:00Z') };

  test('near the end there is a warning, even with -q, and --strict refuses', async () => {
    expect((await run(entries, ['-o', out, '-q'], near)).error).toMatch(/warning: "mail": .* expires in 12 days/);
    expect((await run(entries, ['-o', out, '--strict'], near)).exitCode).toBe(3);
  });

  test('--days decides otherwise, --allow silences', async () => {
    expect((await run(entries, ['-o', out, '-q', '--days', '5'], near)).error).toBe('');
    const allowed = await run(entries, ['-o', out, '-q', '--strict', '--allow', 'WARN_CERTIFICATE_EXPIRES_SOON'], near);
    expect([allowed.exitCode, allowed.error]).toEqual([0, '']);
    expect((await run(entries, ['--days', 'soon'])).exitCode).toBe(2);
  });
});

describe('--layout sni', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sans = (...names: string[]) =>
    [...names.map((name) => generalName.dns(name)), generalName.ip(127, 0, 0, 1)] as Uint8Array[];
  const made = (name: string, pair: KeyPair, to: string, ...names: string[]) => {
    const leaf = leafOf(ca, { key: pair, to, extensions: [ext.subjectAltName(...sans(...names))] });
    const path = join(directory, name);
    const entries = [keyEntry('k', protectKey(pkcs8(pair), 'changeit'), [leaf, caCertificate])];
    writeFileSync(path, makeJks({ entries }));
    return path;
  };
  const convertAll = (stores: string[], ...args: string[]) => {
    const to = ['--layout', 'sni', '--output-dir', join(directory, 'sni')];
    return runCommand([...stores, '--storepass', 'pass:changeit', ...to, ...args], { now });
  };
  const table = () => readFileSync(join(directory, 'sni', 'sni_map'), 'utf8');
  const pemOf = (name: string) => join(directory, 'sni', `${name}.pem`);

  test('a line for each name; two algorithms share it, addresses are left out', async () => {
    const stores = [
      made('ec.jks', newKey(), '2026-01-01', 'Mail.example.com', '*.example.com'),
      made('rsa.jks', rsa, '2026-02-01', 'mail.example.com'),
    ];
    const { exitCode, error } = await convertAll(stores);
    expect(exitCode).toBe(0);
    expect(table()).toBe(`.example.com ${pemOf('ec')}\nmail.example.com ${pemOf('ec')}, ${pemOf('rsa')}\n`);
    expect(error).toContain(`postmap -F hash:${join(directory, 'sni', 'sni_map')} && postfix reload`);
    // postmap(1) gives the database, which holds the keys, the mode of its source.
    expect(statSync(join(directory, 'sni', 'sni_map')).mode & 0o777).toBe(0o600);
    expect((await convertAll(stores)).error).toContain('2 keystores: 0 written, 2 up to date');
  });

  test('of one algorithm the later end wins, with a warning', async () => {
    const stores = [
      made('late.jks', newKey(), '2026-03-01', 'mail.example.com'),
      made('early.jks', newKey(), '2026-01-01', 'mail.example.com'),
    ];
    for (const order of [stores, stores.toReversed()]) {
      const { exitCode, error } = await convertAll(order);
      expect([exitCode, table()]).toEqual([0, `mail.example.com ${pemOf('late')}\n`]);
      expect(error).toContain(`mail.example.com: ${pemOf('late')} is used`);
    }
    rmSync(join(directory, 'sni'), { recursive: true });
    expect((await convertAll(stores, '--strict')).exitCode).toBe(3);
    expect(existsSync(join(directory, 'sni', 'sni_map'))).toBe(false);
  });

  test('a keystore that fails keeps the table as it is', async () => {
    const good = made('good.jks', newKey(), '2026-03-01', 'mail.example.com');
    const { exitCode, error } = await convertAll([good, join(directory, 'none.jks')]);
    expect([exitCode, existsSync(join(directory, 'sni', 'sni_map'))]).toEqual([1, false]);
    expect(error).toContain('was not written, because a keystore could not be converted');
  });

  test('needs --output-dir', async () => {
    expect((await run([entry('mail', reply)], ['--layout', 'sni', '-o', out])).exitCode).toBe(2);
  });
});

test('--dry-run shows the old and the new certificate', async () => {
  const old = leafOf(ca, { key, from: '2025-01-01', to: '2026-12-01' });
  writeFileSync(out, pem(old));
  const { error } = await run([entry('mail', reply, caCertificate)], ['-o', out, '--dry-run', '--mode', '0600']);
  expect(error).toMatch(new RegExp(`old: .*until 2026-12-01.*${old.sha256.slice(0, 16)}`));
  expect(error).toMatch(new RegExp(`new: .*${reply.sha256.slice(0, 16)}`));
});
