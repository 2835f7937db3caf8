import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PostfixError } from '../../../src/errors.js';
import { examinePostfix } from '../../../src/postfix/examine-postfix.js';
import { platformOf } from '../../../src/postfix/installation/os-release.js';
import { listSaslRealms, Postconf, programPlaces } from '../../../src/postfix/installation/postconf.js';
import { readInstallation } from '../../../src/postfix/installation/read-installation.js';
import { bundle, now, soundMain } from '../sound-installation.js';
import { type Answers, answersOf, installPostconf } from './stand-in-postconf.js';

/** With a stand-in for postconf; what the real one says is for the peers. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-postfix-'));
  install('etc/postfix/sasl/smtpd.conf', 'pwcheck_method: saslauthd\nmech_list: plain login\n');
  install('example.pem', bundle, 0o600);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function install(path: string, content: string, mode = 0o644): void {
  const place = join(folder, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  chmodSync(place, mode);
}

const main = () => ({ ...soundMain, smtpd_tls_chain_files: join(folder, 'example.pem') });

/** The stand-ins alone: a machine with a Postfix has one in the usual places. */
const places = (program = 'postconf') => [join(folder, 'bin', program)];

function read(change: (answers: Answers) => Answers = (answers) => answers) {
  installPostconf(join(folder, 'bin'), change(answersOf(folder, main())));
  return readInstallation({ places });
}

const without =
  (...questions: string[]) =>
  (answers: Answers) =>
    Object.fromEntries(Object.entries(answers).filter(([question]) => !questions.includes(question)));

describe('an installation', () => {
  test('is what postconf says of it', () => {
    const { mailVersion, main: text, master, overrides, saslTypes, saslConfig, defaults } = read();
    expect({ mailVersion, overrides: overrides.trim(), saslTypes: saslTypes.trim() }).toEqual({
      mailVersion: '3.7.11',
      overrides: '',
      saslTypes: 'cyrus',
    });
    expect(text).toContain(`smtpd_tls_chain_files = ${join(folder, 'example.pem')}\n`);
    expect(text).toContain(`config_directory = ${join(folder, 'etc/postfix')}\n`);
    expect(master).toContain('smtp inet n');
    expect(saslConfig).toContain('pwcheck_method: saslauthd');
    expect(defaults).toContain('mail_version');
  });

  test('can be examined', () => {
    const rules = examinePostfix(read(), { now }).map(({ rule }) => rule);
    expect(rules).not.toContain('A01');
    const open = { ...main(), smtpd_tls_auth_only: 'no' };
    installPostconf(join(folder, 'bin'), answersOf(folder, open));
    expect(examinePostfix(readInstallation({ places }), { now }).map(({ rule }) => rule)).toContain('A01');
  });

  test('in a directory of its own is asked for with that directory', () => {
    const elsewhere = join(folder, 'elsewhere');
    const answers = Object.entries(answersOf(folder, main())).map(([question, answer]) => [
      question === '-d mail_version' ? question : `-c ${elsewhere} ${question}`,
      answer,
    ]);
    installPostconf(join(folder, 'bin'), Object.fromEntries(answers));
    const { mailVersion, main: text } = readInstallation({ directory: elsewhere, places });
    expect(mailVersion).toBe('3.7.11');
    // Whatever postconf answers: within a second of an edit it names the default directory.
    expect(text).toContain(`config_directory = ${elsewhere}\n`);
  });

  test('of a Postfix before 2.9 has its services from master.cf', () => {
    install('etc/postfix/master.cf', 'smtp inet n - n - - smtpd -v\n');
    const { master, overrides } = read(without('-M', '-P', '-x -h config_directory', '-x -h queue_directory'));
    expect([master, overrides]).toEqual(['smtp inet n - n - - smtpd -v\n', '']);
  });

  test.each([
    ['is missing', () => undefined, 'no such file'],
    ['is a directory', (path: string) => mkdirSync(path), 'no such file'],
    ['cannot be opened', (path: string) => symlinkSync(path, path), 'too many symbolic links encountered'],
  ])('of a Postfix before 2.9 cannot be read if master.cf %s', (_, prepare, reason) => {
    const path = join(folder, 'etc/postfix/master.cf');
    prepare(path);
    expect(() => read(without('-M'))).toThrow(new PostfixError(`${path}: ${reason}`));
  });

  test('without smtpd.conf has no settings of SASL', () => {
    rmSync(join(folder, 'etc/postfix/sasl'), { recursive: true });
    expect(read().saslConfig).toBeUndefined();
    expect(read()).not.toHaveProperty('saslConfigPath');
  });

  test.each([
    ['smtpd_sasl_path', { smtpd_sasl_path: 'mail', smtpd_sasl_application_name: 'old' }, 'mail'],
    ['smtpd_sasl_application_name', { smtpd_sasl_path: '', smtpd_sasl_application_name: 'old' }, 'old'],
    ['neither', { smtpd_sasl_path: '', smtpd_sasl_application_name: '' }, 'smtpd'],
  ])('has its smtpd.conf by the name of %s', (_, names, name) => {
    for (const each of ['mail', 'old']) install(`etc/postfix/sasl/${each}.conf`, `mech_list: ${each}\n`);
    const { saslConfig, saslConfigPath, saslConfigPaths } = read((answers) => ({
      ...answers,
      ...Object.fromEntries(Object.entries(names).map(([parameter, value]) => [`-h ${parameter}`, value])),
    }));
    expect(saslConfig).toContain(name === 'smtpd' ? 'mech_list: plain login' : `mech_list: ${name}`);
    expect(saslConfigPath).toBe(join(folder, `etc/postfix/sasl/${name}.conf`));
    expect(saslConfigPaths?.[0]).toBe(join(folder, 'etc/postfix/sasl'));
  });

  test.each(['$config_directory/a', `${'$'}{config_directory}/a:${'$'}config_directory/b`])(
    'expands the directory of smtpd.conf: %s',
    (value) => {
      install('etc/postfix/a/smtpd.conf', 'mech_list: a\n');
      const { saslConfig, saslConfigPaths } = read((answers) => ({
        ...answers,
        '-h mail_version': '3.9.0',
        '-h cyrus_sasl_config_path': value,
      }));
      expect(saslConfig).toBe('mech_list: a\n');
      const all = value.split(':').map((_, i) => join(folder, 'etc/postfix', ['a', 'b'][i] as string));
      expect(saslConfigPaths).toEqual(all);
    },
  );

  test('tells of an smtpd.conf that this build does not read', () => {
    install('etc/postfix/smtpd.conf', '');
    rmSync(join(folder, 'etc/postfix/sasl'), { recursive: true });
    const { saslConfig, saslConfigPath, strayedSaslConfig } = read((answers) => ({
      ...answers,
      '-h mail_version': '3.9.0',
      '-h cyrus_sasl_config_path': '/no-such-directory',
      '-h smtpd_sasl_path': 'jks2pem-test',
    }));
    expect([saslConfig, saslConfigPath, strayedSaslConfig]).toEqual([undefined, undefined, undefined]);
    install('etc/postfix/jks2pem-test.conf', '');
    const strayed = read((answers) => ({
      ...answers,
      '-h cyrus_sasl_config_path': '/no-such-directory',
      '-h mail_version': '3.9.0',
      '-h smtpd_sasl_path': 'jks2pem-test',
    }));
    expect(strayed.strayedSaslConfig).toBe(join(folder, 'etc/postfix/jks2pem-test.conf'));
  });

  test('has the platform that /etc/os-release names', () => {
    const release = '/etc/os-release';
    const platform = existsSync(release) ? platformOf(readFileSync(release, 'utf8')) : undefined;
    expect(read().platform).toBe(platform);
  });

  test('tells which files its user can reach', () => {
    const { reachable } = read();
    expect(reachable?.(join(folder, 'nothing'))).toBe('missing');
    expect(['yes', 'denied']).toContain(reachable?.(join(folder, 'example.pem')));
  });

  test('of an old Postfix, whose postconf has no -x and no -a', () => {
    const installation = read((answers) =>
      Object.fromEntries(Object.entries(answers).filter(([question]) => !/^-(x|a)/.test(question))),
    );
    expect(installation.main).toContain(`config_directory = ${join(folder, 'etc/postfix')}\n`);
    expect(installation.saslTypes).toBe('');
    expect(installation).not.toHaveProperty('started');
  });

  test('that does not print its version is refused', () => {
    expect(() => read(without('-h mail_version', '-x -h mail_version'))).toThrow(
      expect.objectContaining({ code: 'ERR_POSTFIX', message: expect.stringContaining('usage') }),
    );
  });
});

describe('a file of an installation', () => {
  test('is given with mode and owner', () => {
    const file = read().file(join(folder, 'example.pem'));
    expect(file).toMatchObject({ mode: 0o600, owner: expect.stringMatching(/^\S+:\S+$/), modified: expect.any(Date) });
    expect(Buffer.from(file?.bytes ?? []).toString('latin1')).toBe(bundle);
  });

  test.each(['nothing.pem', 'example.pem/below', '.'])('is none where there is none: %s', (path) => {
    expect(read().file(join(folder, path))).toBeUndefined();
  });

  test('is read up to 32 MB: a table may be large', () => {
    install('large', ' '.repeat(32 * 2 ** 20 + 1));
    expect(read().file(join(folder, 'large'))?.bytes.length).toBe(32 * 2 ** 20);
  });
});

describe('a postconf that fails', () => {
  const failing = (script: string) => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin/postconf'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return () => Postconf.find(undefined, places()).print('-n');
  };
  test.each([
    ['echo one >&2; echo "postconf: fatal: two" >&2; exit 1', 'postconf -n: postconf: fatal: two'],
    ['exit 3', 'postconf -n: exit 3'],
  ])('%s', (script, message) => expect(failing(script)).toThrow(new PostfixError(message)));

  test('warnings alone are no failure', () => {
    expect(failing('echo a warning >&2; echo "a = 1"')()).toBe('a = 1\n');
    expect(Postconf.find(undefined, places()).printIfKnown('-n')).toBe('a = 1\n');
  });

  test('the first one that can be run is run, with the directory', () => {
    failing('echo "$@"');
    const postconf = Postconf.find('/srv/conf', [join(folder, 'nothing'), ...places(), '/bin/false']);
    expect(postconf.print('-h', 'a')).toBe('-c /srv/conf -h a\n');
    const seen = failing('echo "$PATH $LC_ALL"')();
    expect(seen).toBe('/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin C\n');
  });
});

describe('the realms of sasldb', () => {
  const realmsWith = (smtpdConf: string) => {
    install('etc/postfix/sasl/smtpd.conf', smtpdConf);
    install('bin/sasldblistusers2', '#!/bin/sh\necho "user@$2: userPassword"\n', 0o755);
    return read().saslRealms;
  };

  test('are those of the file that smtpd.conf names', () => {
    const path = join(folder, 'users');
    const smtpdConf = `pwcheck_method: auxprop\nsasldb_path: ${path}\n`;
    expect(realmsWith(smtpdConf)).toBeUndefined();
    install('users', '');
    expect(realmsWith(smtpdConf)).toEqual([path]);
    rmSync(join(folder, 'etc/postfix/sasl'), { recursive: true });
    expect(read()).not.toHaveProperty('saslRealms');
  });

  test('are those of /etc/sasldb2 by default', () => {
    const expected = existsSync('/etc/sasldb2') ? ['/etc/sasldb2'] : undefined;
    expect(realmsWith('pwcheck_method: auxprop\n')).toEqual(expected);
  });

  const list = (script: string) => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const program = join(folder, 'bin/sasldblistusers2');
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return listSaslRealms('/a db', [join(folder, 'nothing'), program, '/bin/false']);
  };
  test('each once, of the users with a password', () => {
    const users = ['a@x.example: userPassword', 'b@y.example: userPassword', 'c@x.example: userPassword'];
    expect(list(`printf '%s\\n' '${users.join("' '")}' 'd@z.example: cmusaslsecretOTP' 'a@b@w: userPassword'`)).toEqual(
      ['x.example', 'y.example', 'w'],
    );
    expect(list('test "$1 $2" = "-f /a db" && echo a@ok: userPassword')).toEqual(['ok']);
    expect(list('exit 0')).toEqual([]);
  });

  test('are not known if they cannot be listed', () => {
    expect(list('echo a@b: userPassword; exit 1')).toBeUndefined();
    expect(listSaslRealms('/a', [join(folder, 'nothing')])).toBeUndefined();
  });
});

test('where there is no postconf there is no Postfix', () => {
  const find = () => readInstallation({ places: () => [join(folder, 'nothing/postconf')] });
  expect(find).toThrow(expect.objectContaining({ code: 'ERR_POSTFIX' }));
});

describe('where programs are looked for', () => {
  test('first in the directories of the system, then in the search path, and never in a relative directory', () => {
    const places = programPlaces('postconf', '/opt/postfix/sbin:.:bin:/usr/sbin');
    expect(places[0]).toBe('/usr/sbin/postconf');
    expect(places.at(-1)).toBe('/opt/postfix/sbin/postconf');
    expect(places.every((place) => place.startsWith('/'))).toBe(true);
    expect(new Set(places).size).toBe(places.length);
  });

  test('they get no password: the environment is not passed on', () => {
    process.env['JKS2PEM_STOREPASS'] = 'a-password';
    try {
      mkdirSync(join(folder, 'bin'), { recursive: true });
      const seen = join(folder, 'seen');
      writeFileSync(join(folder, 'bin/postconf'), `#!/bin/sh\nenv > ${seen}\nexit 1\n`, { mode: 0o755 });
      expect(() => readInstallation({ places })).toThrow(
        expect.objectContaining({ code: 'ERR_POSTFIX', message: expect.stringContaining('exit 1') }),
      );
      expect(readFileSync(seen, 'utf8')).not.toContain('JKS2PEM');
    } finally {
      delete process.env['JKS2PEM_STOREPASS'];
    }
  });
});
