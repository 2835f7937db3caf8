import { expect, test } from 'vitest';
import type { Host } from '../../src/cli/host.js';
import { NagiosState, stateOf, writeNagios } from '../../src/cli/nagios.js';
import type { Severity } from '../../src/warnings.js';

const { ok, warning, critical, unknown } = NagiosState;

test('the states are the exit codes of monitoring plugins', () => {
  expect([ok, warning, critical, unknown]).toEqual([0, 1, 2, 3]);
});

test.each<[Severity[], boolean, NagiosState]>([
  [[], false, ok],
  [[], true, ok],
  [['info'], false, ok],
  [['info'], true, ok],
  [['warning'], false, warning],
  [['warning'], true, critical],
  [['error'], false, critical],
  [['info', 'warning', 'error'], false, critical],
])('findings %j, strict %s: state %i', (severities, strict, state) => {
  const findings = severities.map((severity) => ({ severity }));
  expect(stateOf(findings, strict)).toBe(state);
  if (!strict) expect(stateOf(findings)).toBe(state);
});

function line(service: string, state: NagiosState, text: string, daysLeft?: number) {
  let output = '';
  const host = { writeOutput: (bytes: Uint8Array) => (output += Buffer.from(bytes)) } as unknown as Host;
  return { exitCode: writeNagios(host, service, state, text, daysLeft), output };
}

test.each<[string, NagiosState, string, number | undefined, string]>([
  ['verify', ok, 'right', 82, 'VERIFY OK - right | days_left=82\n'],
  ['verify', critical, 'expired', -3, 'VERIFY CRITICAL - expired | days_left=-3\n'],
  ['probe', warning, 'soon', 0, 'PROBE WARNING - soon | days_left=0\n'],
  ['status', unknown, 'no file', undefined, 'STATUS UNKNOWN - no file\n'],
  // The command line named no command.
  ['', unknown, 'missing argument', undefined, 'UNKNOWN - missing argument\n'],
  // A vertical bar begins the performance data, and a second line would be another message.
  ['verify', ok, 'a|b|c\nd\u001b[2J', undefined, 'VERIFY OK - a/b/c\\u{a}d\\u{1b}[2J\n'],
])('%s, state %i, %j, %s days: %j', (service, state, text, daysLeft, output) =>
  expect(line(service, state, text, daysLeft)).toEqual({ exitCode: state, output }),
);

test('the text has 800 characters at most, and the performance data follow', () => {
  expect(line('verify', ok, 'x'.repeat(800), 1).output).toBe(`VERIFY OK - ${'x'.repeat(800)} | days_left=1\n`);
  expect(line('verify', ok, 'x'.repeat(801), 1).output).toBe(`VERIFY OK - ${'x'.repeat(800)} | days_left=1\n`);
});
