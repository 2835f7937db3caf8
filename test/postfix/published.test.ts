import { describe, expect, test } from 'vitest';
import { logicalLines, parseParameters } from '../../src/postfix/configuration/main-cf.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import type { PostfixInstallation } from '../../src/postfix/installation/installation.js';
import { type PublishedConfiguration, publishedConfigurations } from './published-configurations.js';
import { publishedGateways } from './published-gateways.js';
import { blocks, bundle, now, rulesOf } from './sound-installation.js';

const pemText = { bundle, key: blocks[0] as string, chain: blocks.slice(1).join('') };

/** What postconf prints of the two files, and the files. */
function installationOf(given: PublishedConfiguration): PostfixInstallation {
  const { main, master, files = {}, pem, keyMode = [0o600, 'root:root'] } = given;
  const other: Readonly<Record<string, string>> = {
    '/etc/postfix/main.cf': main,
    '/etc/postfix/master.cf': master,
    ...files,
  };
  return {
    mailVersion: given.version,
    main: [...parseParameters(main)].map(([name, value]) => `${name} = ${value}\n`).join(''),
    master: logicalLines(master).join('\n'),
    overrides: '',
    saslTypes: given.saslTypes ?? 'cyrus\ndovecot\n',
    file: (path) => {
      const kind = pem[path];
      const content = kind === undefined ? other[path] : pemText[kind];
      if (content === undefined) return undefined;
      const [mode, owner] = kind === 'key' || kind === 'bundle' ? keyMode : [0o644, 'root:root'];
      return { bytes: new Uint8Array(Buffer.from(content, 'latin1')), mode, owner, modified: now };
    },
  };
}

const all = [...publishedConfigurations, ...publishedGateways];

describe('configurations that thousands of servers run', () => {
  test.each(all.map((given) => [given.name, given] as const))('%s', (_, given) => {
    const findings = examinePostfix(installationOf(given), { now });
    expect(rulesOf(findings), findings.map(({ message }) => message).join('\n')).toEqual(
      [...(given.reported ?? [])].sort(),
    );
  });

  test('no error is reported on any of them', () => {
    const errors = all.flatMap((given) =>
      examinePostfix(installationOf(given), { now }).filter(({ severity }) => severity === 'error'),
    );
    expect(errors).toEqual([]);
  });
});
