import { expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/cli/command-errors.js';
import { interpretConfiguration } from '../../../src/cli/configuration/interpret-configuration.js';

/** Five lines that are right. */
const good = '[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n[[mail.to]]\nout = "mail.pem"\n';
/** A keystore up to its passwords, to which one line is added. */
const keystore = (line: string) => `[mail]\nkeystore = "mail.jks"\n${line}\n[[mail.to]]\nout = "mail.pem"\n`;

interface Bad {
  readonly what: string;
  readonly text: string;
  readonly line: number;
  readonly message: RegExp;
  /** In the message, if there is no hint. */
  readonly remedy: RegExp;
  readonly isReadable?: boolean;
}

/** Each as it is written by mistake. The remedy is what to write instead. */
const table: readonly Bad[] = [
  // Not TOML.
  bad('a colon', '[mail]\nkeystore: mail.jks\n', 2, /not TOML/, /equals sign, not a colon/),
  bad('text without quotes', '[mail]\nkeystore = /etc/mail.jks\n', 2, /not TOML/, /in quotes: key = "value"/),
  bad('a mode without quotes', `${good}mode = 0640\n`, 6, /not TOML/, /mode = "0640"/),
  bad('yes', `${good}include-root = yes\n`, 6, /not TOML/, /true or false/),
  bad('a key without a value', `${good}include-root\n`, 6, /not TOML/, /every key has a value/),
  bad('nothing behind the equals sign', `${good}owner =\n`, 6, /not TOML/, /a value is missing/),
  bad('a backslash', '[mail]\nkeystore = "C:\\keys\\mail.jks"\n', 2, /not TOML/, /backslash is written twice/),
  bad('a text without an end', '[mail]\nkeystore = "mail.jks\nstorepass = "b"\n', 2, /not TOML/, /ends with its quote/),
  bad('a key twice', `${good}out = "other.pem"\n`, 6, /a second time/, /each key is written once/),
  bad('a table twice', `${good}[mail]\nkeystore = "x"\n`, 6, /a second time/, /a table is named once/),
  // Tables.
  bad('nothing', '# to do\n', 1, /no keystore is configured/, /add a table \[NAME\]/),
  bad('a key outside of all tables', 'keystore = "mail.jks"\n', 1, /outside of a table/, /below \[NAME\]/),
  bad('a misspelt one', 'storepas = "a"\n', 1, /outside of a table/, /below \[NAME\]/),
  bad(
    'a value instead of a table',
    'mail = "mail.jks"\n',
    1,
    /"mail" is not a table/,
    /begin a keystore with \[mail\]/,
  ),
  bad('a list of keystores', '[[mail]]\nkeystore = "a"\n', 1, /not a table/, /begin a keystore with \[mail\]/),
  bad('a name with a slash', '["a/b"]\nkeystore = "a"\n', 1, /"a\/b" cannot be the name/, /letters, digits/),
  bad(
    'a name that leaves the directory',
    '[".."]\nkeystore = "a"\n',
    1,
    /"\.\." cannot be the name/,
    /letters, digits/,
  ),
  bad(
    'a name with dots, without quotes',
    '[mail.example.com]\nkeystore = "a"\n[[mail.example.com.to]]\nout = "x"\n',
    1,
    /\[mail\.example\.com\] is a table inside \[mail\.example\]/,
    /in quotes: \["mail\.example\.com"\] and \[\["mail\.example\.com"\.to\]\]/,
  ),
  bad(
    'a table inside a keystore',
    `${good}[mail.submission]\nout = "x"\n`,
    6,
    /\[mail\.submission\] is a table inside \[mail\]/,
    /\["mail\.submission"\]/,
  ),
  bad(
    'no output below a name in quotes',
    '["mail.example.com"]\nkeystore = "a"\n',
    1,
    /\["mail\.example\.com"\] has no output/,
    /add \[\["mail\.example\.com"\.to\]\]/,
  ),
  bad('no keystore', `[mail]\n[[mail.to]]\nout = "x"\n`, 1, /\[mail\] has no keystore/, /add keystore = /),
  bad('no output', '[mail]\nkeystore = "a"\n', 1, /\[mail\] has no output/, /add \[\[mail\.to\]\]/),
  bad('no out', '[mail]\nkeystore = "a"\n[[mail.to]]\nmode = "0640"\n', 3, /\[\[mail\.to\]\] has no out/, /add out = /),
  bad('one pair of brackets', '[mail]\nkeystore = "a"\n[mail.to]\nout = "x"\n', 3, /not a list/, /\[\[mail\.to\]\]/),
  bad('a text for to', '[mail]\nkeystore = "a"\nto = "x"\n', 3, /not a list/, /\[\[mail\.to\]\]/),
  // Keys.
  bad('a misspelt key', '[mail]\nkeystor = "x"\n', 2, /no key "keystor"/, /did you mean keystore\?/),
  bad('an underscore', `${good}deploy_hook = "x"\n`, 6, /no key "deploy_hook"/, /did you mean deploy-hook\?/),
  bad('capitals', `${good}deployHook = "x"\n`, 6, /no key "deployHook"/, /did you mean deploy-hook\?/),
  bad(
    'a key of another program',
    `${good}banana = "x"\n`,
    6,
    /no key "banana"/,
    /the keys of \[\[mail\.to\]\] are out, /,
  ),
  bad('a key of an output', keystore('out = "x"'), 3, /out does not belong in \[mail\]/, /below \[\[mail\.to\]\]/),
  bad('a key of a keystore', `${good}alias = "x"\n`, 6, /does not belong in \[\[mail\.to\]\]/, /write it in \[mail\]/),
  bad('an option of a run', keystore('quiet = true'), 3, /quiet does not belong/, /jks2pem renew --quiet/),
  bad('json for all', `[defaults]\njson = true\n${good}`, 2, /json does not belong/, /jks2pem renew --json/),
  bad('a keystore for all', `[defaults]\nkeystore = "a"\n${good}`, 2, /does not belong in \[defaults\]/, /in \[NAME\]/),
  // Types and values.
  bad('a number for a mode', `${good}mode = 640\n`, 6, /mode is a number/, /mode = "0640", in quotes/),
  bad('an octal number', `${good}mode = 0o640\n`, 6, /mode is a number/, /mode = "0640", in quotes/),
  bad('a mode in letters', `${good}mode = "u=rw"\n`, 6, /mode u=rw: expected an octal mode/, /such as 0640/),
  bad('true in quotes', `${good}include-root = "true"\n`, 6, /include-root is text/, /include-root = true/),
  bad('a number in quotes', `${good}hook-timeout = "10"\n`, 6, /hook-timeout is text/, /hook-timeout = 600/),
  bad('a negative time', `${good}hook-timeout = -1\n`, 6, /hook-timeout -1/, /hook-timeout = 600 is the default/),
  bad('half a second', `${good}hook-timeout = 1.5\n`, 6, /hook-timeout is a number/, /hook-timeout = 600/),
  bad('a number in a list', keystore('alias = ["a",\n 1]'), 4, /alias is a number/, /alias = \["text"\]/),
  bad('a list of keystores', '[mail]\nkeystore = ["a"]\n', 2, /keystore is a list/, /keystore = "…"/),
  bad('a misspelt layout', `${good}layout = "cerbot"\n`, 6, /layout = "cerbot"/, /did you mean "certbot"\?/),
  bad('the layout sni', `${good}layout = "sni"\n`, 6, /one table of several keystores/, /--layout sni --output-dir/),
  bad('an unknown limit', keystore('limit = ["x=1"]'), 3, /limit = "x=1"/, /iterations=/),
  bad(
    'a misspelt warning',
    keystore('allow = "WARN_ANCHOR_UNKNOW"'),
    3,
    /no such warning/,
    /allow = "WARN_ANCHOR_UNKNOWN"\?/,
  ),
  bad('a code of status', keystore('allow = ["OUTPUT_OLDER"]'), 3, /OUTPUT_OLDER/, /the codes are WARN_/),
  bad(
    'a misspelt warning in [defaults]',
    `[defaults]\nallow = "WARN_X"\n${good}`,
    2,
    /no such warning/,
    /the codes are WARN_/,
  ),
  bad('a limit as a table', keystore('limit = { x = 1 }'), 3, /limit is a table/, /limit = \["iterations=/),
  bad('an empty out', '[mail]\nkeystore = "a"\n[[mail.to]]\nout = ""\n', 4, /out is empty/, /give it a value/),
  bad('standard output', '[mail]\nkeystore = "a"\n[[mail.to]]\nout = "-"\n', 4, /out = "-"/, /the path of a file/),
  bad('standard input', '[mail]\nkeystore = "-"\n', 2, /keystore = "-"/, /the path of a file/),
  bad('a line end in a path', '[mail]\nkeystore = "a\\nb"\n', 2, /control characters/, /without line ends/),
  bad(
    'a NUL in the path of a password file',
    '[mail]\nstorepass = "file:a\\u0000b"\n',
    2,
    /storepass has control characters/,
    /without line ends/,
  ),
  bad('a server without a port', `${good}probe = "localhost"\n`, 6, /probe = "localhost"/, /"HOST:PORT"/),
  // Keys that exclude each other.
  bad('four files of one key', `${good}only = "key"\nlayout = "certbot"\n`, 7, /only = "key"/, /leave out layout/),
  bad(
    'an encrypted CA file',
    `${keystore('trusted = true')}encrypt-key = "file:p"\n`,
    6,
    /trusted/,
    /leave out encrypt-key/,
  ),
  bad('two places', `${good}output-dir = "x"\n`, 5, /both name the output/, /give one of them/),
  bad(
    'a certificate of a key file',
    `${good}only = "key"\nprobe = "a:25"\n`,
    7,
    /probe asks/,
    /below the output that has/,
  ),
  // Two outputs for one file.
  bad('the same out', `${good}[[mail.to]]\nout = "./mail.pem"\n`, 7, /\/etc\/mail\.pem.* line 5 /, /another out/),
  bad('of two keystores', `${good}[web]\nkeystore = "b"\n[[web.to]]\nout = "mail.pem"\n`, 9, /line 5/, /another out/),
  bad(
    'a file of certbot',
    `${good}[[mail.to]]\nlayout = "certbot"\nout = "d"\n[[mail.to]]\nout = "d/cert.pem"\nonly = "chain"\n`,
    10,
    /\/etc\/d\/cert\.pem.* line 8/,
    /another out/,
  ),
  bad('among split files', `${good}[[mail.to]]\nsplit = true\noutput-dir = "."\n`, 8, /writes \/etc,/, /another out/),
  // Passwords.
  bad('standard input', keystore('storepass = "stdin"'), 3, /standard input/, /"file:PATH" or "env:NAME"/),
  bad('a descriptor', keystore('storepass = "fd:3"'), 3, /file descriptor/, /"file:PATH" or "env:NAME"/),
  bad('the password itself', keystore('storepass = "hunter2"'), 3, /does not say where/, /"file:PATH" or "env:NAME"/),
  bad('no file', keystore('storepass = "file:"'), 3, /lacks the name/, /"file:PATH" or "env:NAME"/),
  bad('one that others can read', keystore('keypass = ["pass:hunter2"]'), 3, /other users can read/, /chmod 600/, true),
];

function bad(what: string, text: string, line: number, message: RegExp, remedy: RegExp, isReadable = false): Bad {
  return { what, text, line, message, remedy, isReadable };
}

test('there are thirty of them at least', () => expect(table.length).toBeGreaterThanOrEqual(30));

test.each(table)('$what', async ({ text, line, message, remedy, isReadable = false }) => {
  const error = await interpretConfiguration(text, '/etc/jks2pem.toml', isReadable).catch((reason) => reason);
  expect(error).toBeInstanceOf(ConfigurationError);
  const located = error.in('/etc/jks2pem.toml');
  expect(located.message).toMatch(message);
  expect(located.message).toMatch(new RegExp(`^/etc/jks2pem\\.toml:${line}: `));
  expect(`${located.message} ${located.hint}`).toMatch(remedy);
  // A password is never repeated.
  expect(`${located.message} ${located.hint}`).not.toContain('hunter2');
});

test.each([
  ['keystore', 'keystore is different for each keystore: write it in [NAME]'],
  ['to', 'to is different for each keystore: write it in [NAME]'],
  ['probe', 'probe is different for each keystore: write it in [NAME], below [[NAME.to]]'],
])('[defaults] has no %s, and the hint says where it belongs', async (key, hint) => {
  const text = `${good}[defaults]\n${key} = "x"\n`;
  const error = await interpretConfiguration(text, '/etc/jks2pem.toml', false).catch((reason) => reason);
  expect(error).toMatchObject({ message: `${key} does not belong in [defaults]`, hint });
});

test.each([
  ['[]', 'a list'],
  ['{}', 'a table'],
  ['""', 'empty'],
  ['2026-11-26', 'a date'],
  ['true', 'true or false'],
  ['1.5', 'a number'],
])('owner = %s is %s', async (value, found) => {
  const text = value === '""' ? `[mail]\nkeystore = ""\n` : `${good}owner = ${value}\n`;
  const [name, expected] = value === '""' ? ['keystore', '"…"'] : ['owner', '"text"'];
  const error = await interpretConfiguration(text, '/etc/jks2pem.toml', false).catch((reason) => reason);
  expect(error).toMatchObject({ message: `${name} is ${found}`, hint: `write ${name} = ${expected}` });
});

test('what is right is accepted, and so is a password in a file of one user', async () => {
  expect((await interpretConfiguration(good, '/etc/jks2pem.toml', true)).keystores).toHaveLength(1);
  const secret = keystore('storepass = "pass:x"');
  expect((await interpretConfiguration(secret, '/etc/jks2pem.toml', false)).keystores).toHaveLength(1);
});
