import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixture, folder as fixtures } from '../fixtures.js';
import { blocks, bundle } from '../postfix/sound-installation.js';
import { runCommand, type Situation } from './fake-host.js';

/*
 * Whole conversations: what users type, what they then read, and the files they get. Each list of command lines has a file in
 * transcripts/ with everything that was printed; `vitest -u` writes it anew, and the difference shows what users will notice.
 */

/** `F/` is the directory of the fixtures, `D/` that of the output. The password is that of the fixture, unless one is given. */
type Line = string | readonly [line: string, situation: Situation];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Keys that are encrypted differ in each run. */
function shortened(text: string): string {
  return text
    .replaceAll(directory, 'D')
    .replaceAll(fixtures, 'F/')
    .replaceAll(/-----BEGIN ([A-Z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----/g, (_, label, base64) =>
      label.startsWith('ENCRYPTED') ? `[${label}]` : `[${label} ${hash(Buffer.from(base64, 'base64'))}]`,
    )
    .replaceAll(/owner \w+:\w+/g, 'owner USER:GROUP')
    .replaceAll(/("(?:owner|group)": )"\w+"/g, '$1"NAME"')
    .replaceAll('\u001b', '\\e');
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function files(): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      const status = statSync(path);
      if (name.includes('.jks2pem') || !status.isFile() || isUnchanged(name)) return [];
      const mode = (status.mode & 0o7777).toString(8);
      return [
        `> ${name} ${mode}`,
        ...shortened(readFileSync(path, 'utf8'))
          .trimEnd()
          .split('\n')
          .map((line) => `> | ${line}`),
      ];
    });
}

const of = (path: string) => Buffer.from(fixture(path));
/** Files that are there before, and their modes. They are shown if they have changed. */
const present: Readonly<Record<string, readonly [content: Buffer, mode: number]>> = {
  'bundle.pem': [Buffer.from(bundle), 0o600],
  'chain.pem': [of('story/site.pem'), 0o644],
  'incomplete.pem': [Buffer.from(blocks.slice(0, 2).join('')), 0o600],
  'key.pem': [of('not-keystores/key.pem'), 0o644],
  'mixed.pem': [Buffer.from(blocks[0] + [...blocks.slice(1)].reverse().join('')), 0o640],
  'old.pem': [Buffer.alloc(0), 0o600],
  'text.txt': [of('not-keystores/text.txt'), 0o644],
};

function isUnchanged(name: string): boolean {
  const before = present[name]?.[0];
  return before?.equals(readFileSync(join(directory, name))) ?? false;
}

async function transcript(line: Line): Promise<string> {
  const [text, situation] = typeof line === 'string' ? [line, {}] : line;
  rmSync(directory, { recursive: true });
  mkdirSync(directory, { mode: 0o700 });
  for (const [name, [content, mode]] of Object.entries(present)) {
    writeFileSync(join(directory, name), content);
    chmodSync(join(directory, name), mode);
  }
  const words = text.split(' ').map((word) => word.replaceAll('F/', fixtures).replaceAll('D/', `${directory}/`));
  const keystore = words.find((word) => existsSync(`${word}.json`));
  const password: string | undefined = keystore && JSON.parse(readFileSync(`${keystore}.json`, 'utf8')).storePass;
  const environment = { ...(password !== undefined && { JKS2PEM_STOREPASS: password }), ...situation.environment };
  const { exitCode, output, error } = await runCommand(text === '' ? [] : words, { ...situation, environment });
  return [
    `$ jks2pem ${text}${typeof line === 'string' ? '' : `   # ${JSON.stringify(situation)}`}`,
    ...shortened(output).trimEnd().split('\n'),
    ...shortened(error)
      .trimEnd()
      .split('\n')
      .map((each) => `2> ${each}`),
    ...files(),
    `exit ${exitCode}`,
  ]
    .filter((each) => each !== '' && each !== '2> ')
    .join('\n');
}

const keystores = [
  ...['tomcat.keystore', 'tomcat.p12', 'tomcat-leaf-only.keystore'],
  ...[
    'certificate-only',
    'dsa-2048',
    'ec-p256',
    'ed25519',
    'empty',
    'expired',
    'mismatch',
    'no-chain',
    'non-ascii',
    'odd',
  ].map((name) => `jks/${name}.jks`),
  ...['several-keys', 'truststore-small'].map((name) => `jks/${name}.jks`),
  ...['assembled-crossed', 'jdk17-secrets', 'openssl-no-mac', 'openssl-no-name', 'openssl-several-certificates'].map(
    (name) => `pkcs12/${name}.p12`,
  ),
  ...['bks/keys.bks', 'jceks/secrets-jdk25.jceks'],
];

const converted = 'F/tomcat.keystore -o D/a.pem';
const several = 'F/jks/several-keys.jks';

const conversations: Readonly<Record<string, readonly Line[]>> = {
  list: [
    ...keystores.map((name) => `list F/${name}`),
    'list F/tomcat.keystore --json',
    'list F/jks/odd.jks --json',
    'list F/jks/truststore-small.jks --json',
    'list F/tomcat.keystore --graph mermaid',
    'list F/tomcat.keystore --graph dot',
    'list F/pkcs12/assembled-crossed.p12 --graph mermaid',
    'list F/tomcat.keystore --clientcerts',
    'list F/tomcat.keystore --clientcerts --digest sha1',
    'list F/tomcat.keystore --clientcerts --digest md4',
    'list F/tomcat.keystore --days 20000',
    'list F/tomcat.keystore --days 20000 --strict',
    'list F/tomcat.keystore --days 20000 --allow WARN_CERTIFICATE_EXPIRES --strict',
    'list F/tomcat.keystore --allow WARN_NOTHING',
    'list F/tomcat.keystore --limit entries=2',
    'list F/tomcat.keystore --limit entries',
    'list F/tomcat.keystore --limit nothing=2',
    'list F/tomcat.keystore --storepass pass:wrong',
    'list D/none.jks',
    ['list F/tomcat.keystore', { outputColumns: 60 }],
    ['list F/jks/expired.jks', { environment: { FORCE_COLOR: '1', NO_COLOR: '' } }],
    ['list F/tomcat.keystore', { now: new Date('2055-12-20T00:00:00Z') }],
    ['list F/tomcat.keystore', { now: new Date('2056-02-01T00:00:00Z') }],
    ['list F/tomcat.keystore', { now: new Date('2020-01-01T00:00:00Z') }],
  ],
  convert: [
    ...keystores.map((name) => `F/${name} -o D/a.pem`),
    converted.replace('D/a.pem', '-'),
    'F/tomcat.keystore',
    ...[
      '--json',
      '-q',
      '--dry-run',
      '--dry-run --json',
      '--chain shortest',
      '--chain stored',
      '--include-root',
      '--include-root --chain shortest',
      '--key-format traditional',
      '--only key',
      '--only chain',
      '--only chain --json',
      '--trusted',
      '--trusted --json',
      '--trusted -a cross',
      '--trusted -a nothing',
      '--trust F/story/old-root.pem',
      '--trust F/story/new-root.pem',
      '--trust D/none.pem',
      '--trust F/jks/expired.jks',
      '--add-cert F/story/intermed.p7b',
      '--add-cert F/jks/expired.jks',
      '--purpose clientAuth',
      '--days 20000',
      '--days 20000 --strict',
      '--days 20000 --allow WARN_CERTIFICATE_EXPIRES --strict',
      '--mode 0640',
      '-a tomcat',
      '-a TOMCAT',
      '-a cross',
      '-a nothing',
      '-a sha256:00000000',
      '--keypass pass:wrong',
      '--encrypt-key pass:secret',
      '--layout certbot',
      '--tlsa 3-1-1',
    ].map((options) => `${converted} ${options}`),
    'F/tomcat.keystore -o D/old.pem',
    'F/tomcat.keystore -o D/chain.pem --json',
    'F/tomcat.keystore -o D/chain.pem --only chain --dry-run',
    'F/tomcat.keystore -o D/chain.pem --only chain',
    'F/tomcat.keystore -o D/none/a.pem',
    'F/tomcat.keystore -o D/',
    'F/tomcat.keystore F/tomcat.p12 --output-dir D/out',
    'F/tomcat.keystore F/jks/mismatch.jks D/none.jks --output-dir D/out',
    'F/tomcat.keystore F/jks/expired.jks --output-dir D/out --layout sni',
    'F/tomcat.keystore --split --output-dir D/out',
    'F/jks/truststore-small.jks --split --trusted --output-dir D/out',
    'F/jks/truststore-small.jks --trusted -o D/a.pem',
    `${several} -o D/a.pem -a rsa`,
    `${several} -o D/a.pem --json`,
    ['F/tomcat.keystore', { outputColumns: 80 }],
    ['F/tomcat.keystore', { outputMode: 0o100644 }],
    [converted, { now: new Date('2055-12-20T00:00:00Z') }],
    [converted, { now: new Date('2056-02-01T00:00:00Z') }],
    [converted, { now: new Date('2020-01-01T00:00:00Z') }],
  ],
  'not-keystores': [
    ...readdirSync(`${fixtures}not-keystores`).map((name) => `list F/not-keystores/${name}`),
    'F/not-keystores/bundle.pem -o D/a.pem',
    'verify F/tomcat.keystore',
    'verify D/text.txt',
    'verify D/key.pem',
    'tlsa F/not-keystores/text.txt',
    'convert F/ -o D/a.pem',
  ],
  verify: [
    ...[
      '',
      '--trust F/story/old-root.pem',
      '--trust F/story/old-root.pem --json',
      '--trust F/story/new-root.pem',
      '--trust F/story/old-root.pem --hostname smtp.example.com',
      '--trust F/story/old-root.pem --hostname relay.example.com',
      '--trust F/story/old-root.pem --keystore F/tomcat.keystore',
      '--trust F/story/old-root.pem --keystore F/jks/expired.jks --storepass pass:changeit',
      '--trust F/story/old-root.pem --days 20000',
      '--trust F/story/old-root.pem --days 20000 --strict',
      '--trust F/story/old-root.pem --nagios',
      '--trust F/story/old-root.pem --days 20000 --nagios',
      '--trust F/story/old-root.pem -q',
      '--key D/key.pem',
    ].map((options) => `verify D/bundle.pem ${options}`.trim()),
    'verify D/chain.pem',
    'verify D/incomplete.pem --trust F/story/old-root.pem',
    'verify D/incomplete.pem --trust F/story/old-root.pem --nagios',
    'verify D/mixed.pem --trust F/story/old-root.pem --json',
    'verify D/bundle.pem --tlsa D/text.txt',
    'verify F/tomcat.keystore --trust D/none.pem',
    'verify D/none.pem',
    'verify D/old.pem',
  ],
  tlsa: [
    'tlsa F/tomcat.keystore',
    'tlsa F/tomcat.keystore --json',
    'tlsa F/tomcat.keystore --hostname mail.example.org --port 465',
    'tlsa F/tomcat.keystore --port 0',
    'tlsa F/tomcat.keystore -a nothing',
    'tlsa F/story/site.pem',
    `tlsa ${several}`,
  ],
  mistakes: [
    ...[
      ...'-keystore -srckeystore -storepass -srcstorepass -keypass -srckeypass -deststorepass -alias -srcalias -storetype'.split(
        ' ',
      ),
      ...'-srcstoretype -list -rfc -file -destkeystore -exportcert -importkeystore -in -out -passin -passout -nodes'.split(
        ' ',
      ),
      ...'-noenc -nokeys -nocerts'.split(' '),
    ].map((option) => `${option} x`),
    '-importkeystore -srckeystore a.jks -destkeystore b.p12 -srcalias c -deststoretype PKCS12 -srcstorepass d',
    '-list -keystore a.jks -storepass b',
    ...'-p --password --storePass --store-password --keypassword --output --outfile --pem --keystore --input --type --storetype'
      .split(' ')
      .map((option) => `F/tomcat.keystore ${option} x`),
    ...'--force --yes -f -y --verbose --debug -v --nonsense --includ-root'
      .split(' ')
      .map((option) => `F/tomcat.keystore ${option}`),
    ...[
      '--json',
      '--mode 0600',
      '--owner 0',
      '--deploy-hook x',
      '--dry-run',
      '--layout certbot',
      '--layout sni',
      '--split',
      '-o D/a --mode 0400',
      '-o D/a --mode u=rw',
      '-o D/a --mode 1640',
      '-o D/a --hook-timeout 2147484',
      '-o D/a --hook-timeout 1s',
      '-o D/a --days soon',
      '-o D/a --chain best',
      '-o D/a --layout tree',
      '-o D/a --purpose mail',
      '-o D/a --key-format pkcs1',
      '-o D/a --only certificate',
      '-o D/a --allow NOTHING',
      '-o D/a --trusted --encrypt-key pass:x',
      '-o D/a --trusted --key-format traditional',
      '-o D/a --trusted --only key',
      '-o D/a --trusted --layout certbot',
      '-o D/a --trusted --tlsa x',
      '-o D/a --only chain --encrypt-key pass:x',
      '-o D/a --only chain --key-format traditional',
      '-o D/a --only chain --layout certbot',
      '-o D/a --only key --add-cert x',
      '-o D/a --only key --fetch-issuers',
      '-o D/a --only key --include-root',
      '-o D/a --only key --layout certbot',
      '-o D/a --only key --tlsa x',
      '--output-dir D/ --split --layout certbot',
      '--output-dir D/ --split --only key',
      '-o D/a --key-format traditional --encrypt-key pass:x',
      '-o D/a --layout certbot -a x -a y',
      '-o D/a --output-dir D/b',
      '-o D/a --storepass x',
      '-o D/a --storepass pas:x',
      '-o D/a --storepass env:',
      '-o D/a --storepass env:NOTHING',
      '-o D/a --storepass file:D/none',
      '-o D/a --storepass file:D/old.pem',
      '-o D/a --storepass fd:x',
      '-o D/a --storepass fd:7',
      '-o D/a --keypass x',
      '-o D/a --encrypt-key x',
      'F/tomcat.p12',
      'F/tomcat.p12 -o D/a',
      'D/none',
      'out.pem',
    ].map((options) => `F/tomcat.keystore ${options}`),
    '- -o D/a --storepass stdin',
    ...[
      '',
      'lits x',
      'verfy x',
      'list',
      'verify',
      'probe',
      'tlsa',
      'list a b',
      'renew --config D/none',
      'status --config D/none',
    ],
    ...[
      'probe a:99999',
      'probe a --timeout 0',
      'probe a --timeout x',
      'probe a --relay-test b',
      'probe a --relay-test b@c d',
    ],
    'doctor --explain nothing',
    'doctor --explain A01',
  ],
};

describe('what users read', () => {
  test.each(Object.entries(conversations))('%s', async (name, lines) => {
    const parts: string[] = [];
    for (const line of lines) parts.push(await transcript(line));
    await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
