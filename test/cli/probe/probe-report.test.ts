import { describe, expect, test } from 'vitest';
import { countFindings, describeProbe, probeJson, severityText } from '../../../src/cli/probe/probe-report.js';
import { plain, spansOf } from '../../../src/cli/terminal/text.js';
import type { ProbeResult } from '../../../src/probe/probe-result.js';
import type { Severity } from '../../../src/warnings.js';
import { leafOf, party, root } from '../../x509/certificate-maker.js';

const now = new Date('2026-12-01T00:00:00Z');
const ca = party('CA');
const anchor = root(ca);
const leaf = leafOf(ca, { from: '2026-01-01', to: '2027-02-16' });
const verification = { trusted: true, anchor, hostname: 'mail.example.com', nameMatches: true, daysLeft: 77 };
const sound: ProbeResult = {
  address: { host: 'mail.example.com', port: 587 },
  implicitTls: false,
  greeting: 'ready',
  before: ['STARTTLS'],
  after: ['AUTH PLAIN'],
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  chain: [leaf],
  verification,
  otherChains: [],
  asksForCertificate: false,
  findings: [],
};
const lines = (fields: Partial<ProbeResult> = {}, days?: string) =>
  describeProbe({ ...sound, ...fields }, now, days === undefined ? {} : { days }).map(plain);
const without = (...names: (keyof ProbeResult)[]) =>
  Object.fromEntries(
    Object.entries(sound).filter(([name]) => !(names as string[]).includes(name)),
  ) as unknown as ProbeResult;

const first = ['mail.example.com:587, SMTP with STARTTLS', '  greeting: ready', '  before TLS: STARTTLS'];
const inside = ['  inside TLS: AUTH PLAIN', '  TLSv1.3, TLS_AES_256_GCM_SHA384'];
const presented = ['  presented:', '    1. CN=mail.example.com, until 2027-02-16'];
const verified = ['  verified up to CN=CA, 77 days left', '  is for mail.example.com'];
const none = ['no errors, no warnings'];

describe('the report of probe', () => {
  test.each<[string, readonly string[], string[]]>([
    ['a sound server', lines(), [...first, ...inside, ...presented, ...verified, ...none]],
    [
      'TLS from the first byte',
      lines({ implicitTls: true, address: { host: '2001:db8::1', port: 465 } }),
      [
        '[2001:db8::1]:465, TLS from the first byte',
        '  greeting: ready',
        ...inside,
        ...presented,
        ...verified,
        ...none,
      ],
    ],
    [
      'a session that ended before the greeting',
      describeProbe(
        { ...without('greeting', 'protocol', 'cipher', 'verification'), before: [], after: [], chain: [] },
        now,
      ).map(plain),
      ['mail.example.com:587, SMTP with STARTTLS', '  before TLS: nothing offered', ...none],
    ],
    [
      'a chain that cannot be verified, for another name',
      lines({ verification: { trusted: false, hostname: 'other.org', nameMatches: false, daysLeft: 77 } }),
      [...first, ...inside, ...presented, '  not verified', '  is not for other.org', ...none],
    ],
    [
      'a second key',
      lines({ otherChains: [{ algorithm: 'RSA', chain: [leaf], verification }] }),
      [
        ...first,
        ...inside,
        ...presented,
        ...verified,
        '  presented for the RSA key:',
        presented[1] ?? '',
        ...verified,
        ...none,
      ],
    ],
    [
      'the expected certificates',
      lines({ asExpected: true }).slice(-2),
      ['  exactly the expected certificates', ...none],
    ],
    ['other certificates', lines({ asExpected: false }).slice(-2), ['  not the expected certificates', ...none]],
    [
      'a server that asks for a certificate',
      lines({ asksForCertificate: true }).slice(-2),
      ['  asks for a client certificate', ...none],
    ],
    [
      'a client certificate',
      lines({ clientCertificate: { outcome: 'refused' } }).slice(-2),
      ['  client certificate: refused', ...none],
    ],
    [
      'a client certificate that allows relaying',
      lines({
        clientCertificate: {
          outcome: 'accepted',
          relay: { from: 'a@b', to: 'c@d', reply: '250 ok', accepted: true, insideTls: true },
        },
      }).slice(-2),
      ['  client certificate: accepted; mail from <a@b> to <c@d> is accepted: 250 ok', ...none],
    ],
    [
      'a client certificate that does not',
      lines({
        clientCertificate: {
          outcome: 'ignored',
          relay: { from: '', to: 'c@d', reply: '554 no', accepted: false, insideTls: true },
        },
      }).slice(-2),
      ['  client certificate: ignored; mail from <> to <c@d> is refused: 554 no', ...none],
    ],
    [
      'a relay test',
      lines({
        relay: [true, false, true].map((accepted) => ({
          from: 'a@b',
          to: 'c@d',
          reply: '',
          accepted,
          insideTls: true,
        })),
      }).slice(-2),
      ['  relay test: 2 of 3 attempts accepted', ...none],
    ],
    [
      'a relay test in plain text',
      lines({
        relay: [true, false].map((insideTls) => ({ from: 'a@b', to: 'c@d', reply: '', accepted: false, insideTls })),
      }).slice(-2),
      ['  relay test in plain text: 0 of 2 attempts accepted', ...none],
    ],
  ])('about %s', (_, found, expected) => expect(found).toEqual(expected));

  test('shows that a certificate ends, by the rule or by --days', () => {
    const ending = leafOf(ca, { from: '2026-01-01', to: '2026-12-11' });
    const row = (days?: string) => lines({ chain: [ending] }, days)[6];
    expect([row(), row('10'), row('11')]).toEqual([
      '    1. CN=mail.example.com, until 2026-12-11  (10 days left)',
      '    1. CN=mail.example.com, until 2026-12-11',
      '    1. CN=mail.example.com, until 2026-12-11  (10 days left)',
    ]);
  });

  test('has findings, the advice for them, and their numbers at the end', () => {
    const findings = [
      { rule: 'CERTIFICATE_UNTRUSTED', severity: 'error', message: 'clients cannot verify it' },
      { rule: 'CHAIN_EXTRA', severity: 'warning', message: 'sent twice' },
      { rule: 'OPEN_RELAY', severity: 'error', message: 'relays' },
      { rule: 'RELAY_UNTESTED', severity: 'info', message: 'not tested' },
    ] as const;
    expect(lines({ findings }).slice(-7)).toEqual([
      'error: clients cannot verify it [CERTIFICATE_UNTRUSTED]',
      'warning: sent twice [CHAIN_EXTRA]',
      'error: relays [OPEN_RELAY]',
      'info: not tested [RELAY_UNTESTED]',
      'hint: for a private CA, --trust FILE names the root that its clients know',
      'hint: hosts in mynetworks may relay: repeat the test from a machine that is in none of these networks',
      '2 errors, 1 warning',
    ]);
  });

  test('cuts a greeting of the server at 300 characters', () => {
    expect(lines({ greeting: 'x'.repeat(301) })[1]).toBe(`  greeting: ${'x'.repeat(299)}…`);
  });

  test('has what is right in green, and what is wrong in red', () => {
    const looks = (fields: Partial<ProbeResult>) =>
      describeProbe({ ...sound, ...fields }, now).flatMap((line) =>
        spansOf(line).flatMap(({ look, text }) => (look ? [`${look} ${text}`] : [])),
      );
    expect(looks({ asExpected: true })).toEqual([
      'name mail.example.com:587',
      'good verified',
      'good is',
      'good exactly the expected certificates',
      'good no errors',
      'good no warnings',
    ]);
    const wrong = { trusted: false, hostname: 'x', nameMatches: false, daysLeft: 0 };
    expect(looks({ asExpected: false, verification: wrong }).slice(1, 4)).toEqual([
      'error not verified',
      'error is not',
      'error not the expected certificates',
    ]);
  });
});

test.each<[Severity, string | undefined]>([
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', undefined],
])('the look of the severity %s is %s', (severity, look) => {
  expect(spansOf(severityText(severity))).toEqual([{ look, text: `${severity}:` }]);
  expect(spansOf(severityText(severity, ''))).toEqual([{ look, text: severity }]);
});

test.each<[Severity[], string, string[]]>([
  [[], 'no errors, no warnings', ['good', 'good']],
  [['info'], 'no errors, no warnings', ['good', 'good']],
  [['error', 'warning'], '1 error, 1 warning', ['error', 'warning']],
  [['error', 'error', 'warning', 'warning', 'warning'], '2 errors, 3 warnings', ['error', 'warning']],
])('the numbers of %j', (severities, text, looks) => {
  const counted = countFindings(severities.map((severity) => ({ severity })));
  expect([plain(counted), spansOf(counted).flatMap(({ look }) => look ?? [])]).toEqual([text, looks]);
});

describe('the JSON of probe', () => {
  const certificate = (of: typeof leaf) => ({
    subject: of.subject,
    issuer: of.issuer,
    notBefore: of.notBefore.toISOString(),
    notAfter: of.notAfter.toISOString(),
    sha256: of.sha256,
  });
  const verificationInJson = { ...verification, anchor: certificate(anchor) };

  test('has every field', () => {
    const relay = [{ from: 'a@b', to: 'c@d', reply: '250', accepted: true, insideTls: true }];
    const clientCertificate = { outcome: 'accepted' } as const;
    const otherChains = [{ algorithm: 'RSA', chain: [leaf], verification }];
    expect(probeJson({ ...sound, asExpected: false, relay, clientCertificate, otherChains })).toEqual({
      host: 'mail.example.com',
      port: 587,
      implicitTls: false,
      greeting: 'ready',
      capabilities: { beforeTls: ['STARTTLS'], insideTls: ['AUTH PLAIN'] },
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      chain: [certificate(leaf)],
      verification: verificationInJson,
      otherChains: [{ algorithm: 'RSA', chain: [certificate(leaf)], verification: verificationInJson }],
      asExpected: false,
      asksForCertificate: false,
      clientCertificate,
      relay,
      findings: [],
    });
  });

  test('has null for what is unknown', () => {
    expect(probeJson({ ...without('greeting', 'protocol', 'cipher', 'verification'), chain: [] })).toMatchObject({
      greeting: null,
      protocol: null,
      cipher: null,
      chain: [],
      verification: null,
      asExpected: null,
      clientCertificate: null,
      relay: null,
    });
    const { anchor: _, ...unknown } = verification;
    expect(probeJson({ ...sound, verification: unknown }).verification?.anchor).toBeNull();
  });
});
