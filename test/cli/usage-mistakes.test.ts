import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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
  ...['--storepassword', '--store-password', '--storepasswd', '--passphrase', '--passin', '--passwd', '--pw'].map(
    (option) => [`${tomcat} ${option} changeit`, '--storepass takes the password from env:NAME'] as const,
  ),
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

describe('an argument of convert that is not a keystore', () => {
  const directory = mkdtempSync(join(tmpdir(), 'jks2pem-arguments-'));
  const file = (name: string) => {
    const path = join(directory, name);
    writeFileSync(path, '');
    return path;
  };
  const [pem, upperPem, jks] = [file('a.pem'), file('b.CRT'), file('a.pem.jks')];
  afterAll(() => rmSync(directory, { recursive: true }));

  const notKeystore = (name: string) => [`${name} is not a keystore`, `-o ${name} writes to this file`];
  test.each<[string, readonly string[], readonly (string | undefined)[]]>([
    [
      'a misspelt command',
      ['lits', tomcat],
      ['lits is not a command, and there is no such keystore', 'did you mean jks2pem list?'],
    ],
    ['no misspelt command after the command', ['convert', 'lits'], ['lits: no such file [ERR_INPUT]', undefined]],
    ['no misspelt command, since it is too short', ['li'], ['li: no such file [ERR_INPUT]', undefined]],
    ...['list1', '1list', 'lIst'].map((name): [string, string[], [string, undefined]] => [
      `no misspelt command, since it has more than lower-case letters: ${name}`,
      [name],
      [`${name}: no such file [ERR_INPUT]`, undefined],
    ]),
    ['a missing file as output', [tomcat, 'none'], notKeystore('none')],
    ['an existing PEM file as output', [tomcat, pem], notKeystore(pem)],
    ['an existing PEM file as output, in upper case', [tomcat, upperPem], notKeystore(upperPem)],
    [
      'two keystores, also if a name contains .pem',
      [tomcat, jks],
      ['standard output takes one keystore, not 2', '--output-dir DIR writes a file for each keystore, named after it'],
    ],
    [
      'three arguments',
      [tomcat, jks, 'none.pem'],
      ['standard output takes one keystore, not 3', '--output-dir DIR writes a file for each keystore, named after it'],
    ],
    [
      'a second argument besides -o',
      [tomcat, 'none.pem', '-o', 'x.pem'],
      ['-o takes one keystore, not 2', '--output-dir DIR writes a file for each keystore, named after it'],
    ],
    [
      'the second word of a hook',
      [tomcat, '-o', 'x.pem', '--deploy-hook', 'postfix', 'reload'],
      ['reload: no such keystore', "quote a hook of several words: --deploy-hook 'postfix reload'"],
    ],
    [
      'a keystore after the hook',
      ['-o', 'x.pem', '--deploy-hook', 'true', tomcat, 'none'],
      ['-o takes one keystore, not 2', '--output-dir DIR writes a file for each keystore, named after it'],
    ],
  ])('%s', async (_, args, [message, hint]) => {
    const { exitCode, error } = await runCommand(args);
    const lines = [`jks2pem: error: ${message}`, ...(hint === undefined ? [] : [`jks2pem: hint: ${hint}`])];
    expect([exitCode === 0, error.trimEnd().split('\n')]).toEqual([false, lines]);
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
