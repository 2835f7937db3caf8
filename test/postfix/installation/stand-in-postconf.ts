import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program is asked, in the words of its arguments, and what it answers; anything else it does not know. */
export type Answers = Readonly<Record<string, string>>;

/** Puts a program into a directory that answers as `postconf` of a certain Postfix would. */
export function installPostconf(folder: string, answers: Answers): void {
  const cases = Object.entries(answers).map(([question, answer]) => `'${question}') cat <<'END'\n${answer}\nEND\n;;\n`);
  const usage = "*) echo 'postconf: fatal: usage: postconf' >&2; exit 1 ;;\n";
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'postconf'), `#!/bin/sh\ncase "$*" in\n${cases.join('')}${usage}esac\n`, { mode: 0o755 });
}

/** The answers of a Postfix whose files are in a directory. */
export function answersOf(folder: string, main: Readonly<Record<string, string>>, version = '3.7.11'): Answers {
  const settings = Object.entries(main).map(([name, value]) => `${name} = ${value}`);
  const asked: Readonly<Record<string, string>> = {
    config_directory: join(folder, 'etc/postfix'),
    queue_directory: join(folder, 'queue'),
    mail_owner: 'postfix',
    mail_version: version,
    smtpd_sasl_path: 'smtpd',
    cyrus_sasl_config_path: '$config_directory/sasl',
    ...main,
  };
  return {
    ...Object.fromEntries(Object.entries(asked).map(([name, value]) => [`-h ${name}`, value])),
    ...Object.fromEntries(Object.entries(asked).map(([name, value]) => [`-x -h ${name}`, value])),
    '-d mail_version': `mail_version = ${version}`,
    '-d': `mail_version = ${version}`,
    '-n': settings.join('\n'),
    '-M': 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr',
    '-P': '',
    '-a': 'cyrus',
  };
}
