import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/cli/host.js';
import { Report, warningText, warningTexts, writeLines } from '../../src/cli/report.js';
import { asError } from '../../src/cli/terminal/text.js';
import type { Warning } from '../../src/warnings.js';

/** A host that records what is printed. */
function printer(columns?: number, environment: Readonly<Record<string, string>> = {}) {
  const printed = { output: '', error: '' };
  const host = {
    environment: (name: string) => ({ LANG: 'C.UTF-8', NO_COLOR: '1', ...environment })[name],
    outputIsTerminal: () => columns !== undefined,
    errorIsTerminal: () => columns !== undefined,
    outputColumns: () => columns,
    errorColumns: () => columns,
    writeOutput: (bytes: Uint8Array) => void (printed.output += Buffer.from(bytes)),
    writeError: (text: string) => void (printed.error += text),
  } as unknown as Host;
  return { host, printed };
}
const unreadable = (i: number): Warning => ({
  code: 'WARN_ENTRY_UNREADABLE',
  alias: `a${i}`,
  message: 'cannot be read',
});
const cut: Warning = { code: 'WARN_DOMAINS_CUT', message: 'cut' };

describe('the messages of a run', () => {
  test('each begin with the name of the command and their kind', () => {
    const { host, printed } = printer();
    const report = new Report(host, false);
    report.say('done');
    report.warning('odd');
    report.warn(cut);
    report.error('failed');
    report.hint('try again');
    expect(printed.error).toBe(
      'jks2pem: done\njks2pem: warning: odd\njks2pem: warning: cut [WARN_DOMAINS_CUT]\njks2pem: error: failed\njks2pem: hint: try again\n',
    );
    expect(printed.output).toBe('');
  });

  test('with -q are those about what was done no longer, but all others', () => {
    const { host, printed } = printer();
    const report = new Report(host, true);
    report.say('done');
    report.warn(cut);
    report.error('failed');
    report.hint('try again');
    expect(printed.error).toBe(
      'jks2pem: warning: cut [WARN_DOMAINS_CUT]\njks2pem: error: failed\njks2pem: hint: try again\n',
    );
    expect(report.warnings).toEqual([cut]);
  });

  test.each(['WARN_DOMAINS_CUT', 'DOMAINS_CUT'])(
    'about a warning that --allow %s names are not printed, nor counted',
    (code) => {
      const { host, printed } = printer();
      const report = new Report(host, false, [code]);
      report.warn(cut);
      report.warn(unreadable(1));
      expect([report.isAllowed(cut), report.isAllowed(unreadable(1))]).toEqual([true, false]);
      expect(printed.error).toBe('jks2pem: warning: "a1": cannot be read [WARN_ENTRY_UNREADABLE]\n');
      expect(report.warnings).toEqual([unreadable(1)]);
    },
  );

  test('about one kind of warning are twenty, and one that there are more; all are kept', () => {
    const { host, printed } = printer();
    const report = new Report(host, false);
    for (let i = 1; i <= 20; i++) report.warn(unreadable(i));
    expect(printed.error.trimEnd().split('\n').at(-1)).toBe(
      'jks2pem: warning: "a20": cannot be read [WARN_ENTRY_UNREADABLE]',
    );
    for (let i = 21; i <= 30; i++) report.warn(unreadable(i));
    report.warn(cut);
    expect(printed.error.trimEnd().split('\n').slice(20)).toEqual([
      'jks2pem: warning: more warnings like this are not shown [WARN_ENTRY_UNREADABLE]',
      'jks2pem: warning: cut [WARN_DOMAINS_CUT]',
    ]);
    expect(report.warnings).toHaveLength(31);
  });

  test('are wrapped at the width of the terminal, indented below their text', () => {
    const { host, printed } = printer(30);
    new Report(host, false).error('a file cannot be written');
    expect(printed.error).toBe('jks2pem: error: a file cannot\n         be written\n');
  });

  test('have their kind in its colour', () => {
    const { host, printed } = printer(80, { FORCE_COLOR: '1' });
    const report = new Report(host, false);
    report.error('a');
    report.warning('b');
    expect(printed.error).toBe('jks2pem: \u001b[31merror:\u001b[39m a\njks2pem: \u001b[33mwarning:\u001b[39m b\n');
  });

  test('cannot move the cursor', () => {
    const { host, printed } = printer();
    const report = new Report(host, false);
    report.say('a\u001b[2J\n');
    report.warn({ code: 'WARN_ENTRY_UNREADABLE', alias: 'b\u202e', message: 'c\u2028' });
    expect(printed.error).toBe(
      'jks2pem: a\\u{1b}[2J\\u{a}\njks2pem: warning: "b\\u{202e}": c\\u{2028} [WARN_ENTRY_UNREADABLE]\n',
    );
  });
});

test('a result goes to standard output, laid out for it', () => {
  const { host, printed } = printer(20);
  writeLines(['one two three four five', asError('x')], host);
  expect(printed).toEqual({ output: 'one two three four\n  five\nx\n', error: '' });
});

test('a warning is one line: its entry, if it has one, its text and its code', () => {
  expect([warningText(cut), warningText({ ...unreadable(1), alias: 'x'.repeat(301) })]).toEqual([
    'cut [WARN_DOMAINS_CUT]',
    `"${'x'.repeat(299)}…": cannot be read [WARN_ENTRY_UNREADABLE]`,
  ]);
});

describe('the texts of warnings', () => {
  test('are twenty of a kind, and the number of the others', () => {
    const many = Array.from({ length: 9_000 }, (_, i) => unreadable(i));
    const texts = warningTexts([...many, cut]);
    expect(texts).toHaveLength(22);
    expect(texts.slice(19)).toEqual([
      '"a19": cannot be read [WARN_ENTRY_UNREADABLE]',
      'cut [WARN_DOMAINS_CUT]',
      '… 8,980 more like this [WARN_ENTRY_UNREADABLE]',
    ]);
  });

  test('are all of them, if there are twenty', () => {
    expect(warningTexts(Array.from({ length: 20 }, (_, i) => unreadable(i))).at(-1)).toBe(
      '"a19": cannot be read [WARN_ENTRY_UNREADABLE]',
    );
    expect(warningTexts(Array.from({ length: 21 }, (_, i) => unreadable(i))).at(-1)).toBe(
      '… 1 more like this [WARN_ENTRY_UNREADABLE]',
    );
  });
});
