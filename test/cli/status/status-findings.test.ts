import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError } from '../../../src/cli/command-errors.js';
import { type Host, nodeHost } from '../../../src/cli/host.js';
import { soonest } from '../../../src/cli/status/examine-output.js';
import { examineFiles } from '../../../src/cli/status/examine-output-files.js';
import { groupName, userName } from '../../../src/deploy/owner.js';
import { leafOf, party } from '../../x509/certificate-maker.js';
import { ConfiguredKeystore } from '../configured-keystore.js';

let machine: ConfiguredKeystore;
beforeEach(async () => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 82);
  configure();
  await machine.run('renew');
});
afterEach(() => machine.remove());

/** One output that is a file, and one that is a set. */
function configure({ file = '', set = '', keystore = '' } = {}): void {
  machine.configure(
    `
[mail]
keystore = "mail.jks"
storepass = "file:password"
${keystore}
[[mail.to]]
out = "postfix/mail.pem"
${file}
[[mail.to]]
out = "dovecot"
layout = "certbot"
${set}
`,
    'postfix',
  );
}

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
}
const status = async (...args: string[]) => {
  const { output } = await machine.run('status', ['--json', ...args]);
  return JSON.parse(output).keystores[0];
};
/** The findings about the outputs, with the directory left out. */
const findings = async (...args: string[]): Promise<string[]> => {
  const mail = await status(...args);
  const found: Finding[] = mail.outputs.flatMap((output: { findings: Finding[] }) => output.findings);
  return found.map(({ code, severity, message, hint }) =>
    `${severity} ${code}: ${message} | ${hint ?? '-'}`.replaceAll(`${machine.directory}/`, ''),
  );
};

/** Puts a directory in the place of the file, which cannot be read then, not even by root. */
function replaceByDirectory(): void {
  rmSync(machine.path(file));
  mkdirSync(machine.path(file), 0o700);
}

const renewal = 'jks2pem renew mail --config jks2pem.toml';
const file = 'postfix/mail.pem';
const [own, group] = [userName(process.getuid?.() ?? 0), groupName(process.getgid?.() ?? 0)];

describe('what status says of an output', () => {
  test.each<[string, () => unknown, string[]]>([
    [
      'whose file is missing',
      () => rmSync(machine.path(file)),
      [`error OUTPUT_MISSING: ${file}: no such file | ${renewal}`],
    ],
    [
      'of which one file is missing',
      () => rmSync(machine.path('dovecot/chain.pem')),
      [`error OUTPUT_MISSING: dovecot/chain.pem: no such file | ${renewal}`],
    ],
    [
      'of which two files are missing',
      () => ['chain', 'cert'].map((name) => rmSync(machine.path(`dovecot/${name}.pem`))),
      [`error OUTPUT_MISSING: dovecot/cert.pem, dovecot/chain.pem: no such file | ${renewal}`],
    ],
    [
      'that is missing',
      () => rmSync(machine.path('dovecot'), { recursive: true }),
      [`error OUTPUT_MISSING: dovecot: no such file | ${renewal}`],
    ],
    [
      'that is something else',
      () => writeFileSync(machine.path(file), 'text'),
      [`error OUTPUT_DIFFERS: ${file}: is not what the keystore gives | ${renewal}`],
    ],
    [
      'that has more than it should',
      () => appendFileSync(machine.path(file), '\n'),
      [
        `error OUTPUT_DIFFERS: ${file}: has the certificate of the keystore, but another key, chain or form | ${renewal}`,
      ],
    ],
    [
      'that ends before the keystore',
      () => machine.issue('mail.jks', 85),
      [file, 'dovecot'].map(
        (path) =>
          `error OUTPUT_OLDER: ${path}: has a certificate until 2027-02-16; the keystore has one until 2027-02-19 | ${renewal}`,
      ),
    ],
    [
      'that ends after the keystore',
      () => machine.issue('mail.jks', 80),
      [file, 'dovecot'].map(
        (path) =>
          `error OUTPUT_DIFFERS: ${path}: has a certificate until 2027-02-16; the keystore has one until 2027-02-14 | ${renewal}`,
      ),
    ],
    [
      'that is a directory instead of a file',
      () => {
        replaceByDirectory();
        configure({ file: 'mode = "0700"' });
      },
      [`error OUTPUT_UNREADABLE: ${file}: not a regular file | -`],
    ],
    [
      'that is a pipe, for whose writer nothing waits',
      () => {
        rmSync(machine.path(file));
        execFileSync('mkfifo', ['-m', '600', machine.path(file)]);
      },
      [`error OUTPUT_UNREADABLE: ${file}: not a regular file | -`],
    ],
    [
      'with another mode than the one configured',
      () => configure({ file: 'mode = "0640"' }),
      [`error FILE_MODE: ${file}: has mode 0600, and 0640 is configured | ${renewal} sets it`],
    ],
    [
      'whose key everyone can read',
      () => chmodSync(machine.path(file), 0o644),
      [`error FILE_MODE: ${file}: every user can read the private key (mode 0644) | write mode = "0600" below its out`],
    ],
    ['whose key everyone can write', () => chmodSync(machine.path(file), 0o602), []],
    [
      'whose key everyone may read, as configured',
      () => {
        chmodSync(machine.path(file), 0o644);
        configure({ file: 'mode = "0644"' });
      },
      [],
    ],
    ['whose certificates everyone can read', () => chmodSync(machine.path('dovecot/cert.pem'), 0o644), []],
    [
      'of another user than the one configured',
      () => configure({ file: 'owner = "3000000000"' }),
      [
        `error FILE_OWNER: ${file}: belongs to ${own}:${group}, and 3000000000:${group} is configured | ${renewal} sets it`,
      ],
    ],
    [
      'of another group than the one configured',
      () => configure({ file: 'owner = ":3000000000"' }),
      [
        `error FILE_OWNER: ${file}: belongs to ${own}:${group}, and ${own}:3000000000 is configured | ${renewal} sets it`,
      ],
    ],
    ['of the owner that is configured', () => configure({ file: `owner = "${own}:${group}"` }), []],
  ])('%s', async (_, change, expected) => {
    change();
    expect(await findings()).toEqual(expected);
  });

  test('whose certificate ends on the same day as another one: their fingerprints', async () => {
    machine.issue('mail.jks', 82);
    const [first = ''] = await findings();
    expect(first).toMatch(
      /^error OUTPUT_DIFFERS: \S+: has a certificate until 2027-02-16 \(SHA-256 [0-9a-f]{16}…\); the keystore has one until 2027-02-16 \(SHA-256 [0-9a-f]{16}…\) \|/,
    );
    const [one, other] = first.match(/[0-9a-f]{16}/g) ?? [];
    expect(one).not.toBe(other);
  });

  test('which hook it has, and when that failed', async () => {
    machine.issue('mail.jks', 83);
    configure({ file: 'deploy-hook = "exit 7"' });
    await machine.run('renew');
    expect(await findings()).toContain(
      'error HOOK_FAILED: exit 7: deploy hook failed with exit code 7; the previous files were restored, but the hook fails for them too (2026-11-26 00:00) | run the hook by hand to see what is missing; the next renewal tries again',
    );
    // The hook of another command, or of another directory, is not that of this output.
    configure({ file: 'deploy-hook = "true"' });
    expect((await findings()).join()).not.toContain('HOOK_FAILED');
    configure({ set: 'deploy-hook = "exit 7"' });
    expect((await findings()).join()).not.toContain('HOOK_FAILED');
  });

  test('its mode, its owner, and the days of what is installed', async () => {
    machine.issue('mail.jks', 85);
    chmodSync(machine.path('dovecot/cert.pem'), 0o644);
    const { outputs, daysLeft } = await status();
    expect(daysLeft).toBe(85);
    expect(outputs).toMatchObject([
      { state: 'older', daysLeft: 82, mode: '0600', owner: `${own}:${group}`, served: null },
      { state: 'older', daysLeft: 82, mode: '0600', owner: `${own}:${group}`, served: null },
    ]);
  });

  test('an unknown state, if a file cannot be read', async () => {
    replaceByDirectory();
    expect((await status()).outputs).toMatchObject([
      { state: 'unknown', daysLeft: null },
      { state: 'current', daysLeft: 82 },
    ]);
  });

  test('an unknown state, if the directory of a file may not be searched', async () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'open' });
    const host: Host = {
      ...nodeHost(),
      // Root may search every directory, so the test takes the part of the system.
      statusOf: () => undefined,
      readFile: (path) => {
        throw new InputError(`${path}: permission denied`, undefined, { cause: denied });
      },
    };
    const wanted = { content: new Uint8Array(), mode: 0o600, holdsKey: true };
    const path = machine.path(file);
    const unit = { path, files: new Map([['', wanted]]) };
    expect(await examineFiles([unit as never], renewal, host)).toMatchObject([
      {
        path,
        isMissing: false,
        isSame: undefined,
        findings: [
          {
            code: 'OUTPUT_UNREADABLE',
            message: `${path}: permission denied`,
            hint: 'run status as root, or as the user who runs renew',
          },
        ],
      },
    ]);
  });

  test('an unknown state, if a file is larger than every PEM file', async () => {
    const path = machine.path(file);
    truncateSync(path, 2 ** 26 + 1);
    const wanted = { content: new Uint8Array(), holdsKey: true, defaultMode: 0o600 };
    const message = `${path}: fileBytes 67108865 is over the limit of 67108864`;
    expect(await examineFiles([{ path, files: new Map([['', wanted]]) } as never], renewal, nodeHost())).toMatchObject([
      {
        isMissing: false,
        isSame: undefined,
        findings: [{ code: 'OUTPUT_UNREADABLE', severity: 'error', message }],
      },
    ]);
  });

  test('no days of a file without a certificate', async () => {
    configure({ file: 'only = "key"' });
    await machine.run('renew');
    expect((await status()).outputs[0]).toMatchObject({ state: 'current', daysLeft: null });
  });
});

test('the days of several certificates are those of the first that expires', () => {
  const ends = ['2026-12-26', '2026-12-06', '2027-01-01'].map((to) => leafOf(party('CA'), { to }));
  expect([soonest(ends, machine.now), soonest([], machine.now)]).toEqual([10, undefined]);
});

describe('what status says of a server', () => {
  async function withServer(pem: Buffer, action: (port: number) => Promise<void>): Promise<void> {
    const server = createServer({ key: pem, cert: pem }, (socket) => socket.on('error', () => {}).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await action((server.address() as { port: number }).port);
    } finally {
      server.close();
    }
  }

  test('that presents something else, with and without a hook', async () => {
    const stale = readFileSync(machine.path(file));
    machine.issue('mail.jks', 85);
    await withServer(stale, async (port) => {
      for (const [hook, hint] of [
        ['', 'reload it, and configure a deploy-hook'],
        ['deploy-hook = "true"', 'reload it: true'],
      ]) {
        configure({ file: `probe = "127.0.0.1:${port}"\n${hook}`, set: `probe = "127.0.0.1:${port}"` });
        await machine.run('renew');
        const found = (await findings('--probe')).filter((each) => each.includes('SERVER_DIFFERS'));
        // The set is compared by its fullchain.pem.
        expect(found).toEqual([
          expect.stringMatching(new RegExp(`^error SERVER_DIFFERS: 127.0.0.1:${port}: .* \\| ${hint}$`)),
          expect.stringMatching(/\| reload it, and configure a deploy-hook$/),
        ]);
      }
    });
  });

  test.each([
    ['cannot be read', () => replaceByDirectory()],
    ['is missing', () => rmSync(machine.path(file))],
    ['is no PEM file', () => writeFileSync(machine.path(file), 'text')],
  ])('that presents the certificate of the keystore, though the file %s', async (_, damage) => {
    await withServer(readFileSync(machine.path(file)), async (port) => {
      configure({ file: `probe = "127.0.0.1:${port}"` });
      damage();
      expect((await status('--probe')).outputs[0].served).toBe(true);
    });
  });

  test('that presents what is installed, though the keystore has a newer one', async () => {
    await withServer(readFileSync(machine.path(file)), async (port) => {
      configure({ file: `probe = "127.0.0.1:${port}"`, set: `probe = "127.0.0.1:${port}"` });
      machine.issue('mail.jks', 85);
      expect((await status('--probe')).outputs.map(({ served }: { served: boolean }) => served)).toEqual([true, true]);
    });
  });
});
