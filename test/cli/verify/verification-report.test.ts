import { describe, expect, test } from 'vitest';
import { plain, spansOf } from '../../../src/cli/terminal/text.js';
import {
  daysLeftOf,
  describeVerification,
  type PemVerification,
  verificationJson,
} from '../../../src/cli/verify/verification-report.js';
import type { ExaminedGroup } from '../../../src/pem/examine-pem.js';
import { ext, generalName, leafOf, party, root } from '../../x509/certificate-maker.js';

const now = new Date('2026-12-01T00:00:00Z');
const ca = party('CA');
const anchor = root(ca, { from: '2020-01-01', to: '2040-01-01' });
const leaf = leafOf(ca, {
  from: '2026-01-01',
  to: '2027-02-16',
  extensions: [ext.subjectAltName(generalName.dns('mail.example.com'))],
});
const group = (fields: Partial<ExaminedGroup> = {}): ExaminedGroup => ({
  key: { algorithm: 'RSA', pkcs8: new Uint8Array() },
  hasKey: true,
  encrypted: false,
  keyFirst: true,
  certificates: [leaf, anchor],
  anchor,
  daysLeft: 77,
  ...fields,
});
const result = (fields: Partial<PemVerification> = {}): PemVerification => ({
  ok: true,
  path: '/etc/mail.pem',
  installed: {
    text: new Uint8Array(),
    keyFile: '/etc/key.pem',
    mode: 0o640,
    owner: 'root',
    group: 'mail',
    findings: [],
  },
  groups: [group()],
  findings: [],
  ...fields,
});
const lines = (fields: Partial<PemVerification> = {}) => describeVerification(result(fields), now).map(plain);
const certificates = [
  '  CN=mail.example.com',
  '    names: mail.example.com',
  '    2026-01-01 to 2027-02-16 (77 days left)',
  '  CN=CA',
  '    2020-01-01 to 2040-01-01 (4779 days left)',
  '  up to the root CN=CA',
];

describe('the report of verify', () => {
  test('has the verdict, mode and owner, key, certificates and root', () => {
    expect(lines()).toEqual([
      '/etc/mail.pem: right, 77 days left',
      '  mode 0640, owner root:mail',
      '  RSA key',
      ...certificates,
    ]);
  });

  test.each<[string, object, string]>([
    ['no key', { hasKey: false, key: undefined }, '  no key'],
    ['an encrypted key', { encrypted: true }, '  RSA key, encrypted'],
    ['a key that was not decrypted', { encrypted: true, key: undefined }, '  key, encrypted'],
    ['a key that cannot be read', { key: undefined }, '  key'],
  ])('says of a group that it has %s', (_, fields, text) => expect(lines({ groups: [group(fields)] })[2]).toBe(text));

  test.each([
    [[77, 5], ', 5 days left'],
    [[1], ', 1 day left'],
    [[0], ', 0 days left'],
    [[-1, 5], ', expired'],
    [[undefined], ''],
    [[], ''],
  ])('says how many of %j days are left: "%s"', (days, text) => {
    const groups = days.map((daysLeft) => ({ ...group(), daysLeft }) as ExaminedGroup);
    expect(lines({ ok: false, groups })[0]).toBe(`/etc/mail.pem: wrong${text}`);
  });

  test('says which entries of the keystore have the same keys, unless one differs', () => {
    const keystore = { path: '/a.jks', aliases: ['a', 'b'], same: true, findings: [] };
    expect(lines({ keystore }).at(-1)).toBe('  same as "a", "b" of /a.jks');
    expect(lines({ keystore: { ...keystore, same: false } }).at(-1)).toBe(certificates.at(-1));
  });

  test('has findings and the advice for them at the end', () => {
    const findings = [
      { code: 'ANCHOR_UNKNOWN', severity: 'warning', message: 'no known root' },
      { code: 'KEY_MISSING', severity: 'error', message: 'there is no private key' },
      { code: 'ORDER', severity: 'error', message: 'wrong order' },
    ] as const;
    expect(lines({ findings }).slice(-5)).toEqual([
      '  warning: no known root [ANCHOR_UNKNOWN]',
      '  error: there is no private key [KEY_MISSING]',
      '  error: wrong order [ORDER]',
      '  hint: --trust FILE names the root that clients know; --allow ANCHOR_UNKNOWN accepts the chain without it',
      '  hint: --key FILE names the file with the key; verify checks files of servers, not files of CA certificates',
    ]);
  });

  test.each([
    [true, 'good right'],
    [false, 'error wrong'],
  ])('has the verdict %s in its colour', (ok, text) => {
    const [first = ''] = describeVerification(result({ ok }), now);
    expect(spansOf(first).flatMap((span) => (span.look ? [`${span.look} ${span.text}`] : []))).toEqual([
      'name /etc/mail.pem',
      text,
    ]);
  });

  test.each([
    [undefined, []],
    [77, []],
    [78, ['warning 77 days left']],
  ])('highlights a certificate with fewer than %s days left', (notice, expected) => {
    const looks = describeVerification(result({}), now, notice).flatMap((line) =>
      spansOf(line).flatMap(({ look, text }) => (look === 'warning' ? [`${look} ${text}`] : [])),
    );
    expect(looks).toEqual(expected);
  });
});

test('the earliest end of several groups counts', () => {
  expect([daysLeftOf([]), daysLeftOf([group({ daysLeft: 5 }), group({ daysLeft: -2 })])]).toEqual([undefined, -2]);
});

test('the JSON of verify has every field, and null for what is unknown', () => {
  const certificate = (of: typeof leaf) => ({
    subject: of.subject,
    issuer: of.issuer,
    notBefore: of.notBefore.toISOString(),
    notAfter: of.notAfter.toISOString(),
    sha256: of.sha256,
  });
  const file = { path: '/etc/key.pem', mode: '0640', owner: 'root', group: 'mail' };
  const { anchor: _, daysLeft: __, ...bare } = group({ certificates: [] });
  const findings = [{ code: 'ORDER', severity: 'error', message: 'x' }] as const;
  const keystore = { path: '/a.jks', aliases: ['a'], same: false, findings };
  expect(verificationJson(result({ ok: false, findings, keystore }))).toEqual({
    ok: false,
    path: '/etc/mail.pem',
    file,
    daysLeft: 77,
    groups: [
      {
        key: { algorithm: 'RSA', encrypted: false },
        chain: [certificate(leaf), certificate(anchor)],
        anchor: certificate(anchor),
        daysLeft: 77,
      },
    ],
    keystore: { path: '/a.jks', aliases: ['a'], same: false },
    findings,
  });
  const groups = [bare, { ...bare, key: undefined, encrypted: true }, { ...bare, hasKey: false }] as ExaminedGroup[];
  const nothing = { chain: [], anchor: null, daysLeft: null };
  expect(verificationJson(result({ groups }))).toEqual({
    ok: true,
    path: '/etc/mail.pem',
    file,
    daysLeft: null,
    groups: [
      { key: { algorithm: 'RSA', encrypted: false }, ...nothing },
      { key: { algorithm: null, encrypted: true }, ...nothing },
      { key: null, ...nothing },
    ],
    keystore: null,
    findings: [],
  });
});
