import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, test } from 'vitest';
import { folder } from '../fixtures.js';
import { requireAnswer, type Situation } from './situation.js';

const password = ['--storepass', 'pass:changeit'];
const github = 'https://github.com';

const truststores: readonly Situation[] = [
  {
    about: 'a PKCS#12 without a key and without names',
    source: `${github}/cert-manager/cert-manager/issues/3373`,
    args: ['--trusted', '@trust-without-names.p12', ...password],
    certificates: 2,
  },
  {
    about: 'two CAs of one friendlyName',
    source: `${github}/kaikramer/keystore-explorer/issues/217`,
    args: ['--trusted', '@trust-one-name.p12', ...password],
    certificates: 2,
  },
  {
    about: 'no password for a truststore that is not encrypted',
    source: `${github}/cert-manager/trust-manager/pull/307`,
    args: ['--trusted', '@trust-without-password.p12'],
    certificates: 1,
    error: /the file has no MAC/,
    notError: /no password was given/,
  },
  {
    about: 'no password for a JKS',
    source: `${github}/cert-manager/trust-manager/issues/625`,
    args: ['--trusted', '@trust.jks'],
    certificates: 3,
    error: /integrity of the keystore was not checked/,
  },
  {
    about: 'one CA by its alias',
    source: `${github}/cert-manager/cert-manager/issues/6803`,
    args: ['--trusted', '@trust.jks', ...password, '-a', 'Issuing'],
    certificates: 1,
    leaf: /CN=Example Issuing CA < CN=Example Root CA/,
  },
  {
    about: 'a truststore, converted without --trusted',
    source: `${github}/sscarduzio/elasticsearch-readonlyrest-plugin/issues/349`,
    args: ['@trust.jks', ...password],
    exitCode: 1,
    error: /no private key, only 3 trusted certificates.*\n.*hint: --trusted/,
  },
];

const through = (text: string) => ['@password-with-line-feed.jks', '--storepass', text];
const passwords: readonly Situation[] = [
  {
    about: 'piped into keytool, as octets that were taken for characters',
    source: `${github}/haveno-dex/haveno/issues/1688`,
    args: ['@password-through-a-pipe.jks', '--storepass', 'pass:pässwörd', '--keypass', 'pass:changeit'],
    keys: 1,
    error: /warning: .*UTF-8 octets taken for one character each/,
  },
  {
    about: 'read by keytool without a locale',
    source: `${github}/ctt-gob-es/clienteafirma/issues/183`,
    args: ['@password-without-locale.jks', '--storepass', 'pass:pässwörd', '--keypass', 'pass:changeit'],
    keys: 1,
    error: /warning: .*U\+FFFD/,
  },
  ...['@password-with-line-feed.jks', '@password-with-line-feed.p12'].map((store) => ({
    about: `with the line feed of a Secret (${store})`,
    source: `${github}/cert-manager/cert-manager/issues/2902`,
    args: [store, '--storepass', 'pass:changeit'],
    keys: 1,
    error: /line feed/,
  })),
  {
    about: 'two keys of two passwords',
    source: `${github}/lenchv/jks-js/issues/8`,
    args: [
      '@key-password.jks',
      ...password,
      '-a',
      'second',
      '--keypass',
      'pass:other-password',
      '--keypass',
      'pass:second-password',
    ],
    keys: 1,
  },
  {
    about: 'the key has a password of its own',
    source: `${github}/puppetlabs/puppetlabs-java_ks/issues/405`,
    args: ['@key-password.jks', ...password, '-a', 'mail'],
    exitCode: 1,
    error: /key "mail".*it has a password of its own.*\n.*--keypass/,
  },
  {
    about: 'the empty password of Azure Key Vault, not given',
    source: `${github}/Azure/azure-cli/issues/11576`,
    args: ['@@pkcs12/openssl-empty-password.p12'],
    keys: 1,
  },
  {
    about: 'needed, not given, and no terminal',
    source: `${github}/lenchv/jks-js/issues/8`,
    args: ['@root-included.p12'],
    exitCode: 2,
    error: /password is needed/,
  },
  {
    about: 'with the quotation marks of an --env-file',
    source: `${github}/moby/moby/issues/46773`,
    args: through('env:P'),
    host: { environment: { P: '"changeme"' } },
    exitCode: 1,
    error: /begins and ends with a quotation mark/,
  },
  {
    about: 'still in Base64',
    source: `${github}/cert-manager/cert-manager/issues/2902`,
    args: through('env:P'),
    host: { environment: { P: Buffer.from('changeme').toString('base64') } },
    exitCode: 1,
    error: /looks like Base64/,
  },
  {
    about: 'with a backslash and an n',
    source: `${github}/cert-manager/cert-manager/issues/2902`,
    args: through('env:P'),
    host: { environment: { P: 'changeme\\n' } },
    exitCode: 1,
    error: /backslash and an n/,
  },
];

const store = readFileSync(join(folder, 'situations/trust.jks'));
/** A file, by its content. */
const file = (content: Buffer | string) => ({ descriptors: { 0: Buffer.from(content).toString('latin1') } });
const wrapped: readonly (readonly [
  about: string,
  source: string,
  content: Buffer | string,
  error: RegExp | undefined,
])[] = [
  [
    'seven bits of each byte',
    `${github}/aws-actions/aws-secretsmanager-get-secrets/issues/253`,
    Buffer.from(store.map((byte) => byte & 0x7f)),
    /bytes lost their highest bit/,
  ],
  [
    'a data: URL',
    `${github}/external-secrets/external-secrets/issues/1528`,
    `data:application/octet-stream;base64,${store.toString('base64')}`,
    undefined,
  ],
  ['Base64', `${github}/travelaudience/kubernetes-nexus/issues/47`, store.toString('base64'), undefined],
  [
    'Base64 twice',
    `${github}/nmaupu/vault-secret/issues/35`,
    Buffer.from(store.toString('base64')).toString('base64'),
    undefined,
  ],
  [
    'UTF-16',
    `${github}/PowerShell/PowerShell/issues/1923`,
    Buffer.from(`\ufeff${store.toString('base64')}`, 'utf16le'),
    undefined,
  ],
  [
    'hexadecimal',
    `${github}/external-secrets/kubernetes-external-secrets/issues/561`,
    store.toString('hex'),
    /xxd -r -p/,
  ],
  ['gzip', `${github}/apache/camel-k/issues/1750`, gzipSync(store), /gunzip/],
  [
    'CR LF',
    `${github}/git-for-windows/git/issues/2237`,
    Buffer.from(store.toString('latin1').replace(/\n/g, '\r\n'), 'latin1'),
    /CR ?LF/,
  ],
  ['UTF-8', `${github}/devonfw/devon4j/issues/266`, Buffer.from(store.toString('utf8')), /UTF-8/],
  [
    'an answer of Vault',
    `${github}/hashicorp/vault-secrets-operator/issues/346`,
    JSON.stringify({
      data: { ca_chain: ['-----BEGIN CERTIFICATE-----\n'], private_key: '-----BEGIN RSA PRIVATE KEY-----\n' },
    }),
    /JSON of HashiCorp Vault.*\.data\.private_key/,
  ],
  [
    'an answer of ACM',
    `${github}/aws/aws-cli/issues/5337`,
    JSON.stringify({ Certificate: '-----BEGIN CERTIFICATE-----\n', CertificateChain: '', PrivateKey: '' }),
    /JSON of AWS Certificate Manager.*\.PrivateKey/,
  ],
  [
    'an answer of Google Secret Manager',
    `${github}/external-secrets/kubernetes-external-secrets/issues/561`,
    JSON.stringify({ payload: { data: store.toString('base64') } }),
    /Google Secret Manager.*\.payload\.data/,
  ],
  [
    'a Secret of type tls',
    `${github}/cert-manager/cert-manager/issues/586`,
    'apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: TFM=\n  tls.key: TFM=\n',
    /Kubernetes Secret with key and certificate as PEM.*tls\\\.key/,
  ],
  [
    'the configuration of an HSM',
    `${github}/softhsm/SoftHSMv2/issues/597`,
    'name = HSM\nlibrary = /usr/lib/libcs_pkcs11.so\n',
    /PKCS#11 token.*cannot be exported/,
  ],
  ['a file cut short', `${github}/bcgit/bc-java/issues/2451`, store.subarray(0, 500), /hint: .*cut short/],
];

describe.each([
  ['truststores', truststores],
  ['passwords', passwords],
])('%s', (_, situations) => {
  test.each(situations)('$about', requireAnswer);
});

describe('a keystore that arrives as', () => {
  test.each(wrapped)('%s (%s)', (about, source, content, error) =>
    requireAnswer({
      about,
      source,
      args: ['list', '-', ...password],
      host: file(content),
      ...(error ? { exitCode: 1, error } : { output: /trustedCertEntry/ }),
    }),
  );
});
