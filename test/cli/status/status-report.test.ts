import { describe, expect, test } from 'vitest';
import { describeStatus, nagiosText, statusJson } from '../../../src/cli/status/status-report.js';
import type { KeystoreStatus, OutputStatus, StatusFinding } from '../../../src/cli/status/status-result.js';
import { plain, spansOf } from '../../../src/cli/terminal/text.js';

const output = (fields: Partial<OutputStatus> = {}): OutputStatus => ({
  path: '/etc/mail.pem',
  state: 'current',
  daysLeft: 82,
  mode: '0600',
  owner: 'root:root',
  lastChange: new Date('2026-11-26T03:12:00Z'),
  hook: undefined,
  served: undefined,
  findings: [],
  ...fields,
});
const keystore = (fields: Partial<KeystoreStatus> = {}): KeystoreStatus => ({
  name: 'mail',
  keystore: '/etc/mail.jks',
  hostNames: ['mail.example.com'],
  daysLeft: 82,
  outputs: [output()],
  findings: [],
  ...fields,
});
const finding = (fields: Partial<StatusFinding> = {}): StatusFinding => ({
  code: 'FILE_MODE',
  severity: 'error',
  message: 'wrong mode',
  ...fields,
});
const hook = { command: 'reload', directory: '/etc', ok: true, time: new Date('2026-11-26T03:12:00Z') };
/** The looks and texts of the row of an output. */
const cells = (fields: Partial<OutputStatus>) =>
  spansOf(describeStatus([keystore({ outputs: [output(fields)] })], undefined)[3] ?? '').flatMap(({ look, text }) =>
    text.trim() === '' ? [] : [look === undefined ? text : `${look} ${text}`],
  );

describe('the table of status', () => {
  test('has a row for each keystore and output, their problems, and the verdict', () => {
    const statuses = [
      keystore(),
      keystore({
        name: 'web',
        hostNames: [],
        daysLeft: undefined,
        findings: [finding({ code: 'KEYSTORE_UNUSABLE', message: 'damaged', hint: 'copy it again' })],
        outputs: [
          output({
            path: '/srv/web.pem',
            state: 'unknown',
            daysLeft: undefined,
            mode: undefined,
            owner: undefined,
            lastChange: undefined,
          }),
          output({
            path: '/srv/web2.pem',
            hook,
            findings: [finding(), finding({ code: 'CERTIFICATE_EXPIRES', severity: 'warning' })],
          }),
        ],
      }),
    ];
    expect(describeStatus(statuses, undefined).map(plain)).toEqual([
      'NAME  FILE           DAYS  STATE    MODE  OWNER      CHANGED     HOOK',
      'mail  /etc/mail.jks    82',
      '  for mail.example.com',
      '      /etc/mail.pem    82  current  0600  root:root  2026-11-26',
      'web   /etc/mail.jks     -',
      '  error: damaged [KEYSTORE_UNUSABLE]',
      '  hint: copy it again',
      '      /srv/web.pem      -  unknown',
      '      /srv/web2.pem    82  current  0600  root:root  2026-11-26  ok',
      '  error: wrong mode [FILE_MODE]',
      '  warning: wrong mode [CERTIFICATE_EXPIRES]',
      '',
      '2 keystores, 3 outputs: 3 problems (web)',
    ]);
    expect(plain(describeStatus([keystore()], undefined).at(-1) ?? '')).toBe('1 keystore, 1 output: all right');
    const one = keystore({ outputs: [], findings: [finding()] });
    expect(plain(describeStatus([one], undefined).at(-1) ?? '')).toBe('1 keystore, 0 outputs: 1 problem (mail)');
  });

  test.each<[string, Partial<OutputStatus>, string[]]>([
    ['is right', {}, ['/etc/mail.pem', '82', 'good current', '0600', 'root:root', '2026-11-26']],
    ['is served', { served: true }, ['/etc/mail.pem', '82', 'good served', '0600', 'root:root', '2026-11-26']],
    [
      'is not served',
      { served: false },
      ['/etc/mail.pem', '82', 'error not served', '0600', 'root:root', '2026-11-26'],
    ],
    [
      'is older',
      { state: 'older', served: false },
      ['/etc/mail.pem', '82', 'error older', '0600', 'root:root', '2026-11-26'],
    ],
    [
      'has another mode',
      { findings: [finding()] },
      ['/etc/mail.pem', '82', 'current', 'error 0600', 'root:root', '2026-11-26'],
    ],
    [
      'has another owner',
      { findings: [finding({ code: 'FILE_OWNER' })] },
      ['/etc/mail.pem', '82', 'current', '0600', 'error root:root', '2026-11-26'],
    ],
    [
      'ends soon',
      { daysLeft: 0, findings: [finding({ code: 'CERTIFICATE_EXPIRES' })] },
      ['/etc/mail.pem', 'warning 0', 'current', '0600', 'root:root', '2026-11-26'],
    ],
    [
      'has ended',
      { daysLeft: -1 },
      ['/etc/mail.pem', 'error ended', 'good current', '0600', 'root:root', '2026-11-26'],
    ],
    [
      'has a hook that succeeded',
      { hook },
      ['/etc/mail.pem', '82', 'good current', '0600', 'root:root', '2026-11-26', 'good ok'],
    ],
    [
      'has a hook that failed',
      { hook: { ...hook, ok: false } },
      ['/etc/mail.pem', '82', 'good current', '0600', 'root:root', '2026-11-26', 'error failed'],
    ],
  ])('of an output that %s', (_, fields, expected) => expect(cells(fields)).toEqual(expected));
});

test.each<[readonly KeystoreStatus[], string]>([
  [[keystore()], '1 keystore, 1 output current'],
  [[keystore(), keystore({ outputs: [] })], '2 keystores, 1 output current'],
  [[keystore({ findings: [finding()] })], 'mail: wrong mode'],
  [
    [
      keystore({ findings: [finding({ severity: 'warning', message: 'ends soon' })] }),
      keystore({ name: 'web', outputs: [output({ findings: [finding(), finding()] })] }),
    ],
    'web: wrong mode (and 2 more)',
  ],
  [[keystore({ findings: [finding({ severity: 'warning', message: 'ends soon' })] })], 'mail: ends soon'],
])('the line for monitoring: %#', (statuses, text) => expect(nagiosText(statuses)).toBe(text));

test('the JSON of status has every field, and null for what is unknown', () => {
  const unknown = { daysLeft: undefined, mode: undefined, owner: undefined, lastChange: undefined };
  const findings = [finding()];
  const statuses = [
    keystore({ outputs: [output({ hook, served: true })] }),
    keystore({ daysLeft: undefined, outputs: [output({ ...unknown, findings })] }),
  ];
  const known = { path: '/etc/mail.pem', state: 'current' };
  expect(statusJson(statuses)).toEqual({
    ok: false,
    keystores: [
      {
        name: 'mail',
        keystore: '/etc/mail.jks',
        hostNames: ['mail.example.com'],
        daysLeft: 82,
        findings: [],
        outputs: [
          {
            ...known,
            daysLeft: 82,
            mode: '0600',
            owner: 'root:root',
            lastChange: '2026-11-26T03:12:00.000Z',
            hook,
            served: true,
            findings: [],
          },
        ],
      },
      {
        name: 'mail',
        keystore: '/etc/mail.jks',
        hostNames: ['mail.example.com'],
        daysLeft: null,
        findings: [],
        outputs: [
          { ...known, daysLeft: null, mode: null, owner: null, lastChange: null, hook: null, served: null, findings },
        ],
      },
    ],
  });
  expect(statusJson([keystore()])).toMatchObject({ ok: true });
});
