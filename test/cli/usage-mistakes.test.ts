import { describe, expect, test } from 'vitest';
import { runCommand } from './fake-host.js';

const tomcat = new URL('../../fixtures/tomcat.keystore', import.meta.url).pathname;

/** Command line, and what the hint must say. */
const mistakes: readonly (readonly [string, string])[] = [
  ['lits X', 'did you mean jks2pem list?'],
  ['prob mail.example.com', 'did you mean jks2pem probe?'],
  [`${tomcat} out.pem`, '-o out.pem writes to this file'],
  [`${tomcat} nowhere`, '-o nowhere writes to this file'],
  [`${tomcat} -o x --deploy-hook postfix reload`, "--deploy-hook 'postfix reload'"],
  ['-keystore a.p12 -storepass changeit', 'jks2pem a.p12 --storepass file:PATH'],
  ['-list -keystore a.p12', 'jks2pem list a.p12\n'],
  [`-alias x -keystore ${tomcat}`, `jks2pem ${tomcat} -a x`],
  ['-in a.p12 -out a.pem -nodes', 'jks2pem a.p12 -o a.pem'],
  [`${tomcat} --password changeit`, '--storepass takes the password from env:NAME'],
  [`${tomcat} --password=changeit`, '--storepass takes the password from env:NAME'],
  [`${tomcat} -p changeit`, '--storepass takes the password from env:NAME'],
  [`list ${tomcat} --storepass changeit`, 'write env:NAME, file:PATH, fd:N, stdin or pass:TEXT'],
  [`list ${tomcat} --storepas x`, 'did you mean --storepass? jks2pem list --help'],
  [`verify a b`, 'jks2pem verify --help'],
  [`probe --nonsense`, 'jks2pem probe --help'],
  ['', 'jks2pem --help'],
];

describe('a mistake gets the line that helps', () => {
  test.each(mistakes)('%s', async (line, hint) => {
    const { exitCode, output, error } = await runCommand(line === '' ? [] : line.split(' '));
    expect([exitCode, output]).toEqual([2, '']);
    expect(error).toMatch(/^jks2pem: error: [^\n]*\njks2pem: hint: [^\n]*\n$/);
    expect(error.split('\n')[1]).toContain(hint.trimEnd());
    if (hint.endsWith('\n')) expect(error).toContain(hint);
    expect(error).not.toContain('changeit');
  });
});

test('the command line is hidden whenever it may hold a password', async () => {
  const hides = async (...args: string[]) => (await runCommand(args)).hidden;
  for (const words of [
    ['list', tomcat, '--storepass', 'pass:my-passphrase'],
    ['list', tomcat, '--storepass=pass:my-passphrase'],
    ['list', tomcat, '--storepass', 'my-passphrase'],
    [tomcat, '--password=my-passphrase'],
    ['-storepass', 'my-passphrase'],
    [tomcat, '-pmy-passphrase'],
  ])
    expect(await hides(...words), words.join(' ')).toBe(true);
  expect(await hides('list', tomcat, '-q')).toBe(false);
});

describe('--json prints a failure as JSON, beside the text', () => {
  test.each([
    [['list', '/nowhere.jks', '--json'], 1, 'ERR_INPUT'],
    [['verify', '/nowhere.pem', '--json'], 1, 'ERR_INPUT'],
    [['probe', 'a b', '--json'], 2, 'ERR_USAGE'],
    [['list', tomcat, '--json', '--storepass', 'pass:wrong'], 1, 'ERR_STORE_INTEGRITY'],
    [['list', tomcat, '--json', '--nonsense'], 2, 'ERR_USAGE'],
    [['/nowhere.jks', '--json', '-o', '/nowhere/x', '--storepass', 'pass:x'], 1, 'ERR_INPUT'],
  ])('%j', async (args, code, name) => {
    const { exitCode, output, error } = await runCommand(args);
    expect(exitCode).toBe(code);
    const { error: told } = JSON.parse(output);
    expect(told).toMatchObject({ code: name, message: expect.any(String) });
    expect(error).toContain(`jks2pem: error: ${told.message}`);
    if (told.hint !== undefined) expect(error).toContain(`jks2pem: hint: ${told.hint}`);
  });
});
