import { shellWord } from '../../bytes/shell-word.js';
import { hasMasterEditing, serviceCommand } from '../../postfix/configuration/change.js';
import { PostfixVersion } from '../../postfix/configuration/version.js';
import type { Finding } from '../../postfix/finding.js';
import type { PostfixInstallation } from '../../postfix/installation/installation.js';
import { printable } from '../terminal/text.js';

/**
 * Formats the fixes of all findings as one shell script: postconf(1) changes main.cf and master.cf, sed(1) and printf(1) change smtpd.conf,
 * and proposed commands are copied. At the end, Postfix is reloaded, unless there is nothing to run.
 * @param configDirectory the value of `--config-dir`, for the option `-c` of postconf(1) and postfix(1)
 */
export function fixScript(
  findings: readonly Finding[],
  installation: PostfixInstallation,
  configDirectory: string | undefined,
): string {
  const where = configDirectory === undefined ? '' : ` -c ${shellWord(configDirectory)}`;
  const seen = new Set<string>();
  /**
   * Parameters and services that a command of the script already sets. A second command for one of them would undo the first. Therefore a
   * finding that needs a second command gets only a comment.
   */
  const settled = new Set<string>();
  const lines = findings.flatMap(({ rule, service, message, fix, place }) => {
    const commands = fix === '' ? [] : fix.split('\n').flatMap((line) => commandsFor(line, place, installation, where));
    const fresh = commands.filter((command) => !seen.has(command));
    const heading = `# ${rule}${service === undefined ? '' : ` ${service}`}: ${printable(message)}`;
    if (fix === '') return ['', heading, '# No line is proposed.'];
    const taken = fresh.flatMap(targetsOf).find((target) => settled.has(target));
    if (taken !== undefined)
      return ['', heading, `# A line above sets ${taken} already. Run jks2pem doctor again after this script.`];
    for (const command of fresh) {
      seen.add(command);
      for (const target of targetsOf(command)) settled.add(target);
    }
    return ['', heading, ...(fresh.length > 0 ? fresh : ['# The lines above include it.'])];
  });
  const end = seen.size > 0 ? ['', `postfix${where} check`, `postfix${where} reload`] : ['', '# Nothing to run.'];
  const head = ['#!/bin/sh', '# Proposed by jks2pem doctor. Read it before you run it.', 'set -e'];
  return `${[...head, ...lines, ...end].join('\n')}\n`;
}

/**
 * Returns the parameters or services that a command of postconf(1) sets or removes, such as `mynetworks`, `smtp/inet/smtpd_tls_auth_only`
 * or `smtp/inet`; none for other commands.
 */
function targetsOf(command: string): string[] {
  const [, option = '', rest = ''] = /^postconf(?: -c (?:'[^']*'|\S+))? -(\w+|#) (.*)$/s.exec(command) ?? [];
  if (option === 'X' || option === '#') return rest.split(' ');
  const [, target] = /^'?([^=\s']+)/.exec(rest) ?? [];
  return target === undefined ? [] : [target];
}

function commandsFor(
  line: string,
  place: Finding['place'],
  { saslConfigPath, mailVersion }: PostfixInstallation,
  where: string,
): string[] {
  switch (place) {
    case 'main.cf':
      return [`postconf${where} -e ${shellWord(line)}`];
    case 'master.cf':
      return [
        hasMasterEditing(PostfixVersion.parse(mailVersion))
          ? serviceCommand(line, where)
          : `# To do by hand, in master.cf: ${printable(line)}`,
      ];
    case 'smtpd.conf': {
      if (saslConfigPath === undefined) return [`# ${line}`];
      const [name = ''] = line.split(':');
      const path = shellWord(saslConfigPath);
      return [
        `sed -i ${shellWord(`/^${name}[[:space:]]*:/d`)} ${path}`,
        `printf '%s\\n' ${shellWord(line)} >> ${path}`,
      ];
    }
    case 'shell':
      // The script reloads Postfix once, at its end.
      return [line.replace(/ && postfix( -c \S+)? reload$/, '')].filter(
        (command) => !/^postfix( -c \S+)? reload$/.test(command),
      );
  }
}
