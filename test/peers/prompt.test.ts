import { describe, expect, test } from 'vitest';
import { onTerminal } from './terminal.js';

const fixtures = new URL('../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const question = 'Password of [^\\n]*: ';

describe('the question for the password', () => {
  test('is answered without echo', () => {
    const { exit, output, echoes } = onTerminal(
      ['list', tomcat],
      [
        [question, { echo: true }],
        ['', 'my-passphrase\r'],
      ],
    );
    expect(exit).toBe(0);
    expect(output).toMatch(/integrity\s+verified/);
    expect(output).not.toContain('my-passphrase');
    // Off during the question, on again behind it.
    expect(echoes).toEqual([false, true]);
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-\\', '\u001c'],
    ['Ctrl-C in the middle of it', 'my-pass\u0003'],
  ])('is interrupted by %s: nothing is written, exit 130', (_, key) => {
    const { exit, output, echoes } = onTerminal([tomcat, '-o', '/nowhere/x.pem'], [[question, key]]);
    expect([exit, echoes]).toEqual([130, [true]]);
    expect(output).toMatch(/\njks2pem: interrupted; nothing was written\n$/);
  });

  test('is asked three times', () => {
    const right = onTerminal(
      ['list', tomcat],
      [
        [question, 'wrong\r'],
        [`try again\\s+${question}`, 'wrong too\r'],
        [`try again\\s+${question}`, 'my-passphrase\r'],
      ],
    );
    expect([right.exit, right.output.match(/Password of/g)]).toEqual([0, Array(3).fill('Password of')]);
    const wrong = onTerminal(['list', tomcat], Array(3).fill([question, 'wrong\r']));
    expect([wrong.exit, wrong.output.match(/Password of/g)]).toEqual([1, Array(3).fill('Password of')]);
    expect(wrong.output).toContain('[ERR_STORE_INTEGRITY]');
  });

  test('does not take what was typed before it', () => {
    const { exit, output } = onTerminal(
      ['list', tomcat],
      [
        ['', 'typed too early\rand more'],
        [question, 'my-passphrase\r'],
      ],
    );
    expect(exit).toBe(0);
    expect(output).toMatch(/integrity\s+verified/);
  });

  test('can be edited: backspace, Ctrl-U', () => {
    const { exit } = onTerminal(['list', tomcat], [[question, 'x\u0015my-passphrasé\u007f\u007fse\r']]);
    expect(exit).toBe(0);
  });

  test('is asked without echo again after SIGTSTP and SIGCONT', () => {
    const { exit, echoes } = onTerminal(
      ['list', tomcat],
      [
        [question, { signal: 'TSTP' }],
        ['', { sleep: 0.5 }],
        ['', { echo: true }],
        ['', { signal: 'CONT' }],
        [question, { echo: true }],
        ['', 'my-passphrase\r'],
      ],
    );
    // Stopped: as the shell needs it. Going on: off.
    expect([exit, echoes]).toEqual([0, [true, false, true]]);
  });

  test('leaves the terminal as it was when a signal ends it', () => {
    const { signal, echoes } = onTerminal(['list', tomcat], [[question, { signal: 'TERM' }]]);
    expect([signal, echoes]).toEqual([15, [true]]);
  });

  test('is not asked if a password is given', () => {
    const { output } = onTerminal(['list', tomcat, '--storepass', 'pass:my-passphrase'], []);
    expect(output).not.toContain('Password of');
  });
});
