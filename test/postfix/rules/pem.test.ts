import { readFileSync } from 'node:fs';
import { decodePem } from '../../../src/pem/decode.js';
import { parseCertificate } from '../../../src/x509/parse-certificate.js';
import { fixture } from '../../fixtures.js';
import { blocks, bundle, bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const story = (name: string) => readFileSync(new URL(`../../../fixtures/story/${name}.pem`, import.meta.url), 'latin1');
const certificate = (pem: string) => parseCertificate(decodePem(Buffer.from(pem))[0]?.der as Uint8Array);
const roots = ['old-root', 'new-root'].map((name) => certificate(story(name)));
const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };

const block = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
const derOf = (pem: string) => decodePem(Buffer.from(pem))[0]?.der as Uint8Array;
const half = (label: string, pem: string) => block(label, derOf(pem).subarray(0, derOf(pem).length / 2));
const chain = ['P03 error smtpd_tls_chain_files @ all'];
const twoFiles = { ...legacy, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' };

// What smtpd 3.7.11 did: 454 and "disabling TLS support", or a handshake.
describeRules('damaged blocks in PEM without a fault', [
  ['the leaf', { bundle: key + half('CERTIFICATE', site) }, chain],
  ['a certificate at the end', { bundle: bundle + half('CERTIFICATE', cross) }, chain],
  ['the older label', { bundle: bundle + half('X509 CERTIFICATE', cross) }, chain],
  ['an empty block', { bundle: bundle + block('CERTIFICATE', new Uint8Array()) }, chain],
  ['the key', { bundle: half('PRIVATE KEY', key) + site + intermediate + cross }, chain],
  ['a second key', { bundle: bundle + half('PRIVATE KEY', key) }, chain],
  [
    'bytes after a certificate',
    { bundle: key + site + intermediate + block('CERTIFICATE', Buffer.concat([derOf(cross), Buffer.from('xx')])) },
    chain,
  ],
  [
    'bytes after a certificate, the old way',
    {
      main: legacy,
      bundle: key + site + intermediate + block('CERTIFICATE', Buffer.concat([derOf(cross), Buffer.of(0)])),
    },
    ['P03 error smtpd_tls_cert_file @ all'],
  ],
  [
    'bytes after an issuer, in a file without the key',
    {
      main: twoFiles,
      bundle: {
        '/c.pem': site + block('CERTIFICATE', Buffer.concat([derOf(intermediate), Buffer.of(0)])),
        '/k.pem': key,
      },
    },
    [],
  ],
  [
    'bytes after the first certificate, in a file without the key',
    {
      main: twoFiles,
      bundle: {
        '/c.pem': block('CERTIFICATE', Buffer.concat([derOf(site), Buffer.of(0)])) + intermediate,
        '/k.pem': key,
      },
    },
    ['P03 error smtpd_tls_cert_file @ all'],
  ],
  [
    'bytes after an issuer, before 3.4',
    {
      version: '3.3.0',
      main: legacy,
      bundle: key + site + block('CERTIFICATE', Buffer.concat([derOf(intermediate), Buffer.of(0)])),
    },
    [],
  ],
  [
    'a certificate, the old way',
    { main: legacy, bundle: bundle + half('CERTIFICATE', cross) },
    ['P03 error smtpd_tls_cert_file @ all'],
  ],
  [
    'a certificate beside the key, the old way',
    { main: twoFiles, bundle: { '/c.pem': site + intermediate + cross, '/k.pem': key + half('CERTIFICATE', site) } },
    [],
  ],
  [
    'the key in a file of its own',
    { main: twoFiles, bundle: { '/c.pem': site + intermediate + cross, '/k.pem': half('RSA PRIVATE KEY', key) } },
    ['P03 error smtpd_tls_key_file @ all'],
  ],
  [
    'a trusted certificate, which is skipped',
    { bundle: bundle + half('TRUSTED CERTIFICATE', cross) },
    ['P15 info smtpd_tls_chain_files @ all'],
  ],
]);

describeRules('the file that main.cf names', [
  ['no file', { bundle: {} }, ['P01 error smtpd_tls_chain_files @ all']],
  ['no file, the old way', { bundle: {}, main: legacy }, ['P01 error smtpd_tls_cert_file @ all']],
  [
    'a relative path',
    main('smtpd_tls_chain_files', 'example.pem'),
    ['P01 error smtpd_tls_chain_files @ all'],
    'smtpd_tls_chain_files = /etc/postfix/example.pem',
  ],
  [
    'a relative path that is right by chance',
    { main: { smtpd_tls_chain_files: 'x.pem' }, bundle: { '/var/spool/postfix/x.pem': bundle } },
    ['P01 warning smtpd_tls_chain_files @ all'],
  ],
  ['a path from a parameter', main('smtpd_tls_chain_files', '$config_directory/example.pem'), []],
  [
    'readable by others',
    { mode: 0o644 },
    ['P02 error smtpd_tls_chain_files @ all'],
    `chown root:root ${bundlePath} && chmod 600 ${bundlePath}`,
  ],
  ['of another owner', { owner: 'tomcat' }, ['P02 warning smtpd_tls_chain_files @ all']],
  [
    'certificates that others may read',
    {
      main: { ...legacy, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': site + intermediate, '/k.pem': key },
      mode: 0o600,
    },
    [],
  ],
  ['a keystore', { bundle: { [bundlePath]: fixture('tomcat.keystore') } }, ['P03 error smtpd_tls_chain_files @ all']],
  ['certificate before key', { bundle: site + intermediate + cross + key }, ['P06 error smtpd_tls_chain_files @ all']],
  ['certificate before key, the old way', { bundle: site + intermediate + cross + key, main: legacy }, []],
  ['no key', { bundle: site + intermediate }, ['P04 error smtpd_tls_chain_files @ all']],
  ['no certificate', { bundle: key }, ['P04 error smtpd_tls_chain_files @ all']],
  [
    'a key at the end',
    { bundle: bundle + key },
    ['P04 error smtpd_tls_chain_files @ all', 'P14 error smtpd_tls_chain_files @ all'],
  ],
  [
    'an encrypted key',
    {
      bundle: `-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n${site}${intermediate}`,
    },
    ['P05 error smtpd_tls_chain_files @ all'],
  ],
  [
    'an encrypted key of old',
    {
      bundle: `${key.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')}${site}${intermediate}`,
    },
    ['P05 error smtpd_tls_chain_files @ all'],
  ],
  ['an issuer first', { bundle: key + intermediate + site + cross }, ['P07 error smtpd_tls_chain_files @ all']],
  ['no issuer', { bundle: key + site }, ['P08 error smtpd_tls_chain_files @ all']],
  [
    'no issuer but a root that clients know',
    {
      bundle: key + site,
      options: { trustAnchors: [certificate(intermediate)] },
    },
    [],
  ],
  ['a line to a root that clients know', { options: { trustAnchors: roots } }, []],
  [
    'a line to a root that clients do not know',
    { bundle: key + site + intermediate, options: { trustAnchors: roots.slice(0, 1) } },
    ['P08 warning smtpd_tls_chain_files @ all'],
  ],
  [
    'long ago',
    { options: { now: new Date('2020-01-01') } },
    [
      'P10 error smtpd_tls_chain_files @ all',
      'P10 warning smtpd_tls_chain_files @ all',
      'P10 warning smtpd_tls_chain_files @ all',
    ],
  ],
  ['another name', main('myhostname', 'relay.example.com'), ['P11 warning smtpd_tls_chain_files @ all']],
  ['the root as well', { bundle: bundle + story('old-root') }, ['P13 warning smtpd_tls_chain_files @ all']],
  [
    'a certificate twice',
    { bundle: key + site + intermediate + cross + intermediate },
    ['P13 warning smtpd_tls_chain_files @ all'],
  ],
  [
    'a stranger',
    { bundle: key + site + intermediate + story('old-root') },
    ['P13 warning smtpd_tls_chain_files @ all'],
  ],
  ['not in order', { bundle: key + site + cross + intermediate }, ['P13 warning smtpd_tls_chain_files @ all']],
  ['two pairs', { bundle: bundle + bundle }, ['P14 error smtpd_tls_chain_files @ all']],
  [
    'two pairs, the old way',
    { bundle: bundle + bundle, main: legacy },
    ['P13 warning smtpd_tls_cert_file @ all', 'P14 warning smtpd_tls_cert_file @ all'],
  ],
  [
    'other blocks',
    { bundle: `-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n${bundle}` },
    ['P15 info smtpd_tls_chain_files @ all'],
  ],
  [
    'a trusted certificate',
    { bundle: key + site.replaceAll(' CERT', ' TRUSTED CERT') + intermediate },
    ['P07 error smtpd_tls_chain_files @ all', 'P15 info smtpd_tls_chain_files @ all'],
  ],
  [
    'a trusted certificate, in a file with the key',
    { main: legacy, bundle: key + site.replaceAll(' CERT', ' TRUSTED CERT') + intermediate },
    ['P07 error smtpd_tls_cert_file @ all', 'P15 info smtpd_tls_cert_file @ all'],
  ],
  [
    'a trusted certificate first, in a file without the key',
    {
      main: twoFiles,
      bundle: { '/c.pem': site.replaceAll(' CERT', ' TRUSTED CERT') + intermediate + cross, '/k.pem': key },
    },
    [],
  ],
  [
    'the trusted certificate of another key, in a file without the key',
    {
      main: twoFiles,
      bundle: { '/c.pem': intermediate.replaceAll(' CERT', ' TRUSTED CERT') + site, '/k.pem': key },
    },
    ['P07 error smtpd_tls_key_file @ all'],
  ],
  [
    'a damaged trusted certificate first, in a file without the key',
    { main: twoFiles, bundle: { '/c.pem': half('TRUSTED CERTIFICATE', site) + site + intermediate, '/k.pem': key } },
    ['P03 error smtpd_tls_cert_file @ all'],
  ],
  [
    'a trusted issuer, in a file without the key',
    {
      main: twoFiles,
      bundle: { '/c.pem': site + intermediate.replaceAll(' CERT', ' TRUSTED CERT'), '/k.pem': key },
    },
    ['P08 error smtpd_tls_cert_file @ all', 'P15 info smtpd_tls_cert_file @ all'],
  ],
  [
    'a trusted certificate first, before 3.4',
    { version: '3.3.0', main: legacy, bundle: site.replaceAll(' CERT', ' TRUSTED CERT') + intermediate + cross + key },
    [],
  ],
  ['comments and CRLF', { bundle: `# my bundle\n${bundle}`.replaceAll('\n', '\r\n') }, []],
]);
