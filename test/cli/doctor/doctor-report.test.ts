import { describe, expect, test } from 'vitest';
import { type Diagnosis, describeDiagnosis, diagnosisJson } from '../../../src/cli/doctor/doctor-report.js';
import { plain, spansOf } from '../../../src/cli/terminal/text.js';
import type { Finding } from '../../../src/postfix/finding.js';
import { catalogue } from '../../../src/postfix/rules/catalogue.js';

const now = new Date('2026-12-01T00:00:00Z');
const finding = (fields: Partial<Finding> = {}): Finding => ({
  rule: 'A01',
  severity: 'warning',
  message: 'the message',
  fix: '',
  place: 'main.cf',
  ...fields,
});
const diagnosis = (fields: Partial<Diagnosis> = {}): Diagnosis => ({
  version: '3.7.11',
  now,
  findings: [],
  services: [],
  live: undefined,
  liveFailure: undefined,
  settings: [],
  ...fields,
});
const service = { service: 'smtp/inet', audience: 'internet', tls: 'may', certificates: [] } as const;
const certificate = (names: readonly string[], end: string) => ({ names, notAfter: new Date(end) });
const settings = {
  server: 'mail.example.com',
  port: 587,
  security: 'STARTTLS',
  userName: 'address',
  domain: 'example.com',
  isDomainGuessed: false,
  besideDovecot: false,
} as const;
const lines = (fields: Partial<Diagnosis>) => describeDiagnosis(diagnosis(fields)).map(plain);

describe('the report of doctor', () => {
  test('has a section for each service, in the order of the findings, and a line for each part of a fix', () => {
    const findings = [
      finding({ severity: 'error', service: 'smtp/inet', parameter: 'p', fix: 'p = 1\nq = 2' }),
      finding({ rule: 'R02', place: 'shell', fix: 'postfix reload' }),
      finding({ rule: 'P03', severity: 'info', service: 'smtp/inet' }),
    ];
    expect(lines({ findings, services: [service], settings: [settings] })).toEqual([
      'Postfix 3.7.11',
      '',
      'smtp/inet:',
      '  error A01 p: the message',
      '    main.cf: p = 1',
      '    main.cf: q = 2',
      '  info P03: the message',
      '',
      'the whole installation:',
      '  warning R02: the message',
      '    shell: postfix reload',
      '',
      '1 error, 1 warning',
    ]);
  });

  test('without an error lists what was checked, and the settings for mail programs', () => {
    expect(lines({ findings: [finding()], services: [service], settings: [settings] }).slice(4)).toEqual([
      '',
      `Checked, by ${catalogue.length} rules:`,
      '  smtp/inet: STARTTLS offered, no AUTH',
      '',
      'no errors, 1 warning',
      '',
      'Settings for mail programs (outgoing server, SMTP):',
      '  mail.example.com, port 587, STARTTLS, normal password, user name: the whole mail address',
    ]);
    expect(lines({}).slice(1)).toEqual(['', 'No smtpd service is started.', '', 'no errors, no warnings']);
  });

  test.each<[Partial<Diagnosis['services'][number]>, string]>([
    [{ tls: 'none' }, 'no TLS, no AUTH'],
    [{ tls: 'encrypt', auth: 'dovecot' }, 'STARTTLS required, AUTH by dovecot'],
    [{ tls: 'wrapper', audience: 'networks' }, 'TLS from the first byte, no AUTH, only for mynetworks'],
    [{ audience: 'machine' }, 'STARTTLS offered, no AUTH, only for this machine'],
    [
      { certificates: [certificate(['a', 'b'], '2026-12-03'), certificate([], '2026-11-01')] },
      'STARTTLS offered, no AUTH, certificate for a, b until 2026-12-03 (2 days left), certificate for no name until 2026-11-01 (0 days left)',
    ],
    [{ tls: 'none', certificates: [certificate(['a'], '2026-12-03')] }, 'no TLS, no AUTH'],
  ])('a service %j: %s', (fields, text) =>
    expect(lines({ services: [{ ...service, ...fields }] })[3]).toBe(`  smtp/inet: ${text}`),
  );

  test.each([
    ['address', 'the whole mail address'],
    ['local part', 'the part of the mail address before the @'],
    ['login name', 'the login name'],
  ] as const)('a user name that is the %s: %s', (userName, text) =>
    expect(lines({ settings: [{ ...settings, userName }] }).at(-1)).toMatch(new RegExp(`user name: ${text}$`)),
  );

  test('says why the server could not be probed', () => {
    const liveFailure = { code: 'ERR_PROBE', message: 'localhost:587: connection refused' };
    expect(lines({ liveFailure }).slice(-2)).toEqual([
      '',
      'error: the server could not be probed: localhost:587: connection refused',
    ]);
    expect(diagnosisJson(diagnosis({ liveFailure })).probe).toEqual({ error: liveFailure });
  });

  test('has errors in red, services in bold and the place of a fix dim', () => {
    const looks = describeDiagnosis(
      diagnosis({ findings: [finding({ severity: 'error', service: 's', fix: 'x = 1' })] }),
    ).flatMap((line) => spansOf(line).flatMap(({ look, text }) => (look ? [`${look} ${text}`] : [])));
    expect(looks).toEqual([
      'name Postfix 3.7.11',
      'name s',
      'error error',
      'dim main.cf:',
      'error 1 error',
      'good no warnings',
    ]);
  });
});

test('the JSON of doctor', () => {
  const services = [{ ...service, certificates: [certificate(['a'], '2026-12-03')] }];
  expect(diagnosisJson(diagnosis({ findings: [finding()], services, settings: [settings] }))).toEqual({
    mailVersion: '3.7.11',
    findings: [finding()],
    services: [{ ...service, certificates: [{ names: ['a'], notAfter: '2026-12-03T00:00:00.000Z' }] }],
    probe: null,
    mailClientSettings: [settings],
  });
});
