import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interpretConfiguration } from '../../src/cli/configuration/interpret-configuration.js';
import { buildPackage } from '../built-package.js';
import { FakeServer } from '../probe/fake-server.js';
import { project } from '../project.js';
import { blockWith, codeBlocks } from './code-blocks.js';
import { patternOf, sessionOf } from './example-output.js';
import { Machine } from './machine.js';

let packageFolder: string;
let machine: Machine;
let server: FakeServer;

beforeAll(async () => {
  packageFolder = await buildPackage();
  machine = new Machine(packageFolder);
  server = await FakeServer.open({
    greeting: '220 mail.example.com ESMTP Postfix\r\n',
    before: ['PIPELINING', 'SIZE 10240000', 'STARTTLS', 'ENHANCEDSTATUSCODES'],
    after: ['PIPELINING', 'SIZE 10240000', 'AUTH PLAIN LOGIN', 'ENHANCEDSTATUSCODES'],
  });
});
afterAll(() => {
  server.close();
  machine.remove();
});

const fileOf = (path: string) => readFileSync(join(machine.folder, path), 'latin1');
const installed = 'etc/postfix/example.pem';

/** Blocks that are run here, by a mark in their first two lines. They are run in the order of the documents, on one machine. */
const here: Readonly<Record<string, (text: string) => Promise<void>>> = {
  '$ npx jks2pem tomcat.keystore': async (text) => {
    const { command, shown } = sessionOf(text);
    // The question is asked on a terminal, which renewal-secrets.test.ts has.
    const [, ...told] = shown.split('\n');
    const error = expect.stringMatching(patternOf(told.join('\n')));
    expect(await machine.run(command)).toEqual({ status: 0, output: '', error });
    expect(statSync(join(machine.folder, installed)).mode & 0o777).toBe(0o600);
  },
  'npm ci && npx jks2pem': async (text) => {
    expect((await machine.run(text)).status).toBe(0);
    expect(fileOf('example.pem')).toBe(fileOf(installed));
  },
  'smtpd_tls_chain_files = /etc/postfix/example.pem\nsmtpd_tls_security': async (text) => {
    // They are repeated, among others, in the part that the tests start a Postfix with.
    const lines = blockWith('# /etc/postfix/main.cf\n').text.split('\n');
    expect(lines).toEqual(expect.arrayContaining(text.split('\n')));
  },
  'jks2pem [convert] KEYSTORE': async (text) => {
    const help = (await machine.run('jks2pem --help')).output;
    const names = [...text.matchAll(/^jks2pem \[?([a-z]+)/gm)].map(([, name]) => name as string);
    expect(names).toEqual(['convert', 'list', 'verify', 'probe', 'doctor', 'renew', 'status', 'tlsa']);
    for (const name of names) expect(help).toContain(`\n  ${name} [options]`);
  },
  'jks2pem tlsa tomcat.keystore': async (text) => {
    expect((await machine.run(text)).output).toMatch(/^_25\._tcp\.mail\.example\.com\. IN TLSA 3 1 1 [0-9a-f]{64} ;/);
  },
  '$ jks2pem verify': async (text) => {
    const { command, shown } = sessionOf(text);
    expect((await machine.run(command)).output).toMatch(patternOf(shown));
  },
  '$ jks2pem convert *.jks': async (text) => {
    const keystore = readFileSync(join(project, 'fixtures/tomcat.keystore'), 'latin1');
    for (const name of ['mail', 'www']) writeFileSync(join(machine.folder, `${name}.jks`), keystore, 'latin1');
    machine.install('etc/jks2pem/storepass', 'my-passphrase\n');
    mkdirSync(join(machine.folder, 'etc/ssl'));
    const { command } = sessionOf(text);
    const { status, error } = await machine.run(command, { JKS2PEM_STOREPASS: '' });
    expect([status, error]).toEqual([0, expect.stringContaining('2 keystores: 2 written')]);
    for (const name of ['mail', 'www']) expect(fileOf(`etc/ssl/servers/${name}.pem`)).toBe(fileOf(installed));
  },
  'convert /etc/keystores/*.jks --layout sni': async (text) => {
    // The word behind -F, without the type of the table.
    machine.installProgram('postmap', 'table=$(echo "$2" | cut -d: -f2); cp "$table" "$table.db"');
    machine.install('etc/keystores/password', 'my-passphrase\n', 0o600);
    machine.copy(join(project, 'fixtures/tomcat.keystore'), 'etc/keystores/mail.jks');
    expect((await machine.run(text)).status).toBe(0);
    const bundle = join(machine.folder, 'etc/postfix/sni/mail.pem');
    const table = `mail.example.com ${bundle}\nsmtp.example.com ${bundle}\n`;
    expect(fileOf('etc/postfix/sni/sni_map')).toBe(table);
    expect(fileOf('etc/postfix/sni/sni_map.db')).toBe(table);
  },
  "from 'node:fs/promises';\nimport { convert, wipe }": async (text) => {
    const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 };
    const path = machine.install('example.mjs', transpileModule(text, { compilerOptions }).outputText);
    rmSync(join(machine.folder, 'example.pem'));
    expect(await machine.runNode(path)).toEqual({ status: 0, output: '', error: '' });
    expect(fileOf('example.pem')).toBe(fileOf(installed));
  },
  'Who certifies whom': async (text) => {
    expect((await machine.run('jks2pem list tomcat.keystore')).output).toContain(text);
  },
  '\njks2pem tomcat.keystore -o': async (text) => {
    const { status, error } = await machine.run(text);
    expect([status, error]).toEqual([0, expect.stringContaining('example.pem is up to date')]);
  },
  'postfix reload\njks2pem doctor': async (text) => {
    machine.installPostconf();
    const [reload = '', doctor = '', probe = ''] = text.split('\n');
    expect((await machine.run(reload)).status).toBe(0);
    // The file belongs to the user who runs this test, and its root is not trusted.
    const report = await machine.run(doctor);
    expect([report.error, report.output]).toEqual(['', expect.stringMatching(/^Postfix 3\.7\.11\n/)]);
    const { output } = await machine.run(probe, { PORT: String(server.port) });
    expect(output).toContain('presented:');
    expect(output).not.toContain('EXPECTED');
    expect(fileOf('log')).toContain('postfix reload\n');
  },
  '# for jks2pem renew mail': async (text) => {
    const { keystores } = await interpretConfiguration(text, '/etc/jks2pem.toml', true);
    expect(keystores.map(({ name, outputs }) => [name, outputs.length])).toEqual([
      ['mail', 2],
      ['clients', 1],
    ]);
  },
  '$ jks2pem status': async (text) => {
    for (const name of ['etc/keystore', 'etc/postfix/tls', 'etc/dovecot'])
      mkdirSync(join(machine.folder, name), { recursive: true });
    machine.copy(join(project, 'fixtures/tomcat.keystore'), 'etc/keystore/mail.jks');
    const outputs =
      '[[mail.to]]\nout = "postfix/tls/mail.pem"\ndeploy-hook = "true"\n[[mail.to]]\nout = "dovecot/tls"\n';
    machine.install(
      'etc/jks2pem.toml',
      `[mail]\nkeystore = "keystore/mail.jks"\n${outputs}layout = "certbot"\nmode = "0640"\n`,
    );
    const { command, shown } = sessionOf(text);
    const environment = { STATE_DIRECTORY: join(machine.folder, 'state') };
    const renewal = await machine.run(`jks2pem renew --config /etc/jks2pem.toml`, environment);
    expect([renewal.status, renewal.error]).toEqual([0, expect.stringContaining('wrote')]);
    rmSync(join(machine.folder, 'etc/dovecot/tls/chain.pem'));
    const { status, output } = await machine.run(`${command} --config /etc/jks2pem.toml`, environment);
    // Columns are as wide as the paths of the machine; days, owner and date are those of the moment.
    const general = (table: string) =>
      table
        .replace(' --config /etc/jks2pem.toml', '')
        .replaceAll(/ +/g, ' ')
        .replaceAll(/ \d+(?= |$)/gm, ' N')
        .replaceAll(/\w+:\w+ [-\d]+/g, 'owner date');
    expect([status, general(output)]).toEqual([3, general(shown)]);
  },
  '$ jks2pem probe': async (text) => {
    const { command, shown } = sessionOf(text);
    expect((await machine.run(command, { PORT: String(server.port) })).output).toMatch(patternOf(shown));
  },
};

/** Blocks that another test runs, which names them by the same mark. */
const elsewhere: Readonly<Record<string, string>> = {
  '--layout certbot': 'peers/renewal-recipes.test.ts',
  '# /etc/letsencrypt/renewal-hooks/deploy/mail.sh': 'peers/renewal-recipes.test.ts',
  '/etc/systemd/system/jks2pem.path': 'peers/renewal-recipes.test.ts',
  '/etc/systemd/system/jks2pem.service': 'peers/renewal-recipes.test.ts',
  'tasks/main.yml': 'peers/renewal-recipes.test.ts',
  'handlers/main.yml': 'peers/renewal-recipes.test.ts',
  'mail.yaml': 'peers/renewal-recipes.test.ts',
  '/etc/systemd/system/jks2pem-renew.timer': 'peers/renewal-recipes.test.ts',
  '/etc/systemd/system/jks2pem-renew.service': 'peers/renewal-recipes.test.ts',
  'renew.yml': 'peers/renewal-recipes.test.ts',
  'mail-with-file.yaml': 'peers/renewal-recipes.test.ts',
  '/etc/cron.d/jks2pem': 'peers/renewal-recipes.test.ts',
  '# /etc/postfix/sasl/smtpd.conf\n': 'peers/postfix.test.ts',
  '# /etc/postfix/sasl/smtpd.conf, without saslauthd\n': 'peers/postfix.test.ts',
  '# /etc/postfix/main.cf\n': 'peers/postfix-server.ts',
  '# /etc/postfix/main.cf, before 3.4\n': 'peers/postfix.test.ts',
  '# /etc/postfix/master.cf\n': 'peers/postfix-server.ts',
  '# /etc/postfix/main.cf, with client certificates\n': 'peers/postfix-certificates.test.ts',
  'jks2pem list client.p12 --clientcerts': 'peers/postfix-certificates.test.ts',
  '$ jks2pem doctor': 'peers/postfix-doctor.test.ts',
  '# nginx\n': 'peers/servers.test.ts',
  '# haproxy\n': 'peers/servers.test.ts',
  '# dovecot 2.3\n': 'peers/servers.test.ts',
};

/** Blocks that are not run, and why. */
const notRun: Readonly<Record<string, string>> = {
  'flowchart TD': 'a picture',
  'npm ci && npm test': 'would run this test, and all others, once more',
  '# exim;': 'exim stands in the way of Postfix, which is one of the peers',
  '# apache\n': 'a peer of 100 MB for two lines that its manual has as well',
  '# lighttpd\n': 'not among the peers',
  '# stunnel\n': 'not among the peers',
};

/** programs.test.ts runs the programs of docs/library.md. */
const examples = codeBlocks.filter(({ document, language }) => document !== 'docs/library.md' || language !== 'ts');

const headOf = ({ head }: { head: string }) => `\n${head}\n`;

describe('the examples of README.md and docs/', () => {
  test.each(examples.map((block) => [`${block.document}: ${block.head.split('\n')[0]}`, block] as const))(
    '%s',
    async (_, block) => {
      const marks = (list: Readonly<Record<string, unknown>>) =>
        Object.keys(list).filter((mark) => headOf(block).includes(mark));
      const [run, other, reason] = [marks(here), marks(elsewhere), marks(notRun)];
      expect(
        [...run, ...other, ...reason],
        'an example is run here or elsewhere, or there is a reason why not',
      ).toHaveLength(1);
      for (const mark of run) await here[mark]?.(block.text);
      for (const mark of other) {
        const path = elsewhere[mark] ?? '';
        expect(readFileSync(join(project, 'test', path), 'utf8'), path).toContain(mark.replaceAll(/^# |\n/g, ''));
      }
    },
  );

  test('is all that is spoken of here', () => {
    const marks = [here, elsewhere, notRun].flatMap((list) => Object.keys(list));
    expect(marks.filter((mark) => !examples.some((block) => headOf(block).includes(mark)))).toEqual([]);
  });
});
