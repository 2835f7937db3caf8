import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterruptedError } from '../../../src/cli/command-errors.js';
import type { Host } from '../../../src/cli/host.js';
import { ask } from '../../../src/cli/terminal/prompt.js';
import { expectation, folder as fixtures } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';
import { FakeTerminal } from '../fake-terminal.js';

let terminal: FakeTerminal;
let directory: string;
const typing = (answers?: string[]) => {
  terminal = new FakeTerminal(answers);
  return terminal;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => {
  terminal.remove();
  rmSync(directory, { recursive: true });
});

describe('a question', () => {
  const answer = (typed: string | undefined, isShown = false) =>
    ask(typing(typed === undefined ? [] : [typed]).host as Host, { text: 'Password: ', isShown });

  test('is asked without echo, after what was typed before is discarded, and leaves the terminal as it was', async () => {
    expect(await answer('secret\r')).toBe('secret');
    expect(terminal.log).toEqual(['raw', 'discard', 'raw', '"Password: "', 'cooked', '"\\n"', 'closed']);
  });

  test.each([
    ['a line feed ends it', 'abc\nd', 'abc'],
    ['a carriage return ends it', 'abc\rd', 'abc'],
    ['an empty answer', '\r', ''],
    ['backspace', 'ab\bc\r', 'ac'],
    ['delete', 'ab\u007f\u007f\u007fc\r', 'c'],
    ['delete takes a whole character of UTF-8', 'a\u00c3\u00a4\u00e2\u0082\u00ac\u007f\u007fb\r', 'ab'],
    ['UTF-8', 'p\u00c3\u00a4\r', 'p\u00e4'],
    ['Ctrl-U', 'abc\u0015d\r', 'd'],
    ['Ctrl-Z is ignored', 'a\u001ab\r', 'ab'],
    ['Ctrl-D within a line', 'a\u0004\r', 'a\u0004'],
  ])('takes %s', async (_, typed, expected) => expect(await answer(typed)).toBe(expected));

  test.each([
    ['Ctrl-C', 'ab\u0003'],
    ['Ctrl-\\', 'ab\u001c'],
    ['Ctrl-D in an empty line', '\u0004'],
    ['the end of the terminal', undefined],
  ])('is given up by %s', async (_, typed) => {
    await expect(answer(typed)).rejects.toThrow(InterruptedError);
    expect(terminal.log.slice(-3)).toEqual(['cooked', '"\\n"', 'closed']);
  });

  test('shows what is typed, if it is no password', async () => {
    await answer('1\b23\u00152\u0001\r', true);
    expect(terminal.shown).toBe('Password: 1\b \b23\b \b\b \b2\n');
    await answer('secret\b\u0015x\r');
    expect(terminal.shown).toBe('Password: \n');
  });

  test('erases as many columns as it has shown characters, and none of the question', async () => {
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    await answer(`${bytes('ä')}\u0001${bytes('€')}\u0015x\r`, true);
    expect(terminal.shown).toBe(`Password: ${bytes('ä€')}${'\b \b'.repeat(2)}x\n`);
    await answer(`${bytes('é')}\u0001\b\b\b1\r`, true);
    expect(terminal.shown).toBe(`Password: ${bytes('é')}\b \b1\n`);
  });

  test('is asked again without echo when the process goes on after a stop', async () => {
    const asking = ask(typing().host as Host, { text: '? ' });
    await new Promise((resolve) => setImmediate(resolve));
    terminal.suspend();
    terminal.resume();
    terminal.type('x\r');
    expect(await asking).toBe('x');
    expect(terminal.log).toEqual([
      'raw',
      'discard',
      'raw',
      '"? "',
      'cooked',
      'cooked',
      'raw',
      '"? "',
      'cooked',
      '"\\n"',
      'closed',
    ]);
  });

  test('restores the terminal before a signal ends the process', async () => {
    const asking = ask(typing().host as Host, { text: '? ' });
    await new Promise((resolve) => setImmediate(resolve));
    terminal.terminate('SIGTERM');
    expect(terminal.log.slice(-2)).toEqual(['cooked', 'SIGTERM']);
    // Only once.
    terminal.terminate('SIGTERM');
    terminal.type('\r');
    await asking;
    expect(terminal.log.filter((each) => each === 'SIGTERM')).toHaveLength(1);
  });

  describe('ends if the terminal cannot be read', () => {
    const failure = new Error('read EIO');
    const failing = async (isHungUp: boolean) => {
      const asking = ask(typing().host as Host, { text: '? ' });
      await new Promise((resolve) => setImmediate(resolve));
      terminal.fail(failure, isHungUp);
      return asking;
    };

    test('because it was hung up: interrupted, and nothing more is written to it', async () => {
      await expect(failing(true)).rejects.toThrow(InterruptedError);
      expect(terminal.log.slice(4)).toEqual(['cooked', 'closed']);
    });

    test('for another reason: with the error', async () => {
      await expect(failing(false)).rejects.toBe(failure);
      expect(terminal.log.slice(4)).toEqual(['cooked', '"\\n"', 'closed']);
    });
  });

  test('is not asked without a terminal', async () => {
    typing();
    expect(await ask({ openTerminal: () => undefined } as unknown as Host, { text: '' })).toBeUndefined();
    expect(terminal.log).toEqual([]);
  });
});

const tomcat = `${fixtures}tomcat.keystore`;
const right = 'my-passphrase\r';
const out = () => join(directory, 'a.pem');
const run = (answers: string[], ...args: string[]) => runCommand(args, { terminal: typing(answers) });

describe('the password of a keystore', () => {
  test('is asked for', async () => {
    expect((await run([right], tomcat, '-o', out())).exitCode).toBe(0);
    expect(terminal.shown).toBe(`Password of ${tomcat}: \n`);
    expect(readFileSync(out(), 'utf8')).toContain('PRIVATE KEY');
  });

  test.each([
    [['no\r', right], 0, 1],
    [['no\r', 'no\r', right], 0, 2],
    [['no\r', 'no\r', 'no\r'], 1, 2],
  ])('may be typed wrong twice: %j', async (answers, code, times) => {
    const { exitCode, error } = await run([...answers], tomcat, '-o', out());
    expect([exitCode, error.split('wrong password; try again').length - 1]).toEqual([code, times]);
    expect(existsSync(out())).toBe(code === 0);
    expect(terminal.shown.split('Password of').length - 1).toBe(answers.length);
  });

  test('is not asked for if it is given, right or wrong', async () => {
    for (const [password, code] of [
      ['my-passphrase', 0],
      ['wrong', 1],
    ] as const) {
      expect((await run([], tomcat, '--storepass', `pass:${password}`, '-o', out())).exitCode).toBe(code);
      expect(terminal.log).toEqual([]);
    }
  });

  test('may be none for list', async () => {
    const { exitCode, output } = await run(['\r'], 'list', tomcat);
    expect([exitCode, terminal.shown]).toEqual([0, `Password of ${tomcat} (Enter for none): \n`]);
    expect(output).toContain('not checked');
  });

  test('is asked for once for several keystores', async () => {
    const { exitCode } = await run(
      [right],
      tomcat,
      `${fixtures}tomcat-leaf-only.keystore`,
      '--output-dir',
      join(directory, 'out'),
    );
    expect([exitCode, terminal.shown.match(/Password/g)]).toEqual([0, ['Password']]);
  });

  test('Ctrl-C ends the run with 130, and writes nothing', async () => {
    expect((await run(['\u0003'], tomcat, '-o', out())).exitCode).toBe(130);
    expect(existsSync(out())).toBe(false);
  });
});

describe('the password of a key', () => {
  const store = `${fixtures}jks/key-password.jks`;
  const storePass = `pass:${expectation('jks/key-password.jks').storePass}`;

  test('is asked for by the alias of the key', async () => {
    const { exitCode } = await run(['no\r', 'key-pass\r'], store, '--storepass', storePass, '-o', out());
    expect([exitCode, terminal.shown]).toEqual([0, expect.stringMatching(/^(Password of key "[^"]+": \n){2}$/)]);
  });

  test('is not asked for if --keypass was given', async () => {
    for (const [keyPass, code] of [
      ['key-pass', 0],
      ['wrong', 1],
    ] as const) {
      const args = ['--storepass', storePass, '--keypass', `pass:${keyPass}`, '-o', out()];
      expect((await run([], store, ...args)).exitCode).toBe(code);
      expect(terminal.log).toEqual([]);
    }
  });
});

describe('the choice among several keys', () => {
  const name = 'jks/several-keys.jks';
  const args = [`${fixtures}${name}`, '--storepass', `pass:${expectation(name).storePass}`];

  test('is asked for by number, until there is one', async () => {
    const { exitCode } = await run(['\r', '0\r', '99\r', '1.5\r', ' 4 \r'], ...args, '-o', out());
    expect(exitCode).toBe(0);
    const [head, first, second] = terminal.shown.split('\n');
    expect(head).toBe('There are several private keys:');
    expect([first, second]).toEqual([
      expect.stringMatching(/^ {2}1\. \S+, CN=.*, until \d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^ {2}2\. /),
    ]);
    expect(terminal.shown.match(/Number \(1-\d+\): /g)).toHaveLength(5);
    expect(terminal.shown.match(/There are several/g)).toHaveLength(1);
  });

  test('is asked for once, also if the password of the key is asked for afterwards', async () => {
    const { keyPass = {} } = expectation(name);
    const [[alias, secret] = ['', '']] = Object.entries(keyPass);
    await run(['\u0003'], ...args, '-o', out());
    const number = terminal.shown.split('\n').findIndex((line) => line.includes(`. ${alias}, `));
    terminal.remove();
    const { exitCode } = await run([`${number}\r`, 'wrong\r', `${secret}\r`], ...args, '-o', out());
    expect(exitCode).toBe(0);
    expect(terminal.shown.match(/There are several|Password of key "[^"]+"/g)).toEqual([
      'There are several',
      `Password of key "${alias}"`,
      `Password of key "${alias}"`,
    ]);
  });

  test('is not asked for with -a, or with several keystores', async () => {
    await run([], ...args, '-a', 'first', '-o', out());
    expect(terminal.log).toEqual([]);
    await run([], ...args, tomcat, '--output-dir', join(directory, 'out'));
    expect(terminal.log).toEqual([]);
  });
});
