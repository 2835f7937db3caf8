import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodePem } from '../../../src/pem/encode.js';
import { dateProblem } from '../../../src/postfix/rules/pem-certificates.js';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import {
  certify,
  ecdsaSha1,
  ext,
  generalName,
  type KeyPair,
  leafOf,
  newKey,
  party,
  root,
} from '../../x509/certificate-maker.js';
import { blocks, bundle, bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const pem = (certificate: ParsedCertificate) => Buffer.from(encodePem('CERTIFICATE', certificate.der)).toString();
/** A file as Postfix wants it: the key, then the certificates. */
const fileOf = (key: KeyPair, ...certificates: readonly ParsedCertificate[]) =>
  key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() + certificates.map(pem).join('');

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const top = party('Test Root');
const middle = party('Test CA');
const anchor = root(top);
const issuer = certify(middle, top);
const parameter = 'smtpd_tls_chain_files';
const found = (rule: string) => [`${rule} ${parameter} @ all`];

/** A server to which only other servers send mail. */
const forServers: Change = {
  main: { smtpd_sasl_auth_enable: undefined, smtpd_tls_auth_only: undefined },
  master: 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
};
const noAuth = 'S02 info smtpd_sasl_auth_enable @ smtp/inet';
const stranger = root(party('Stranger'));

const ownKey = newKey();
const selfSigned = root(party('mail.example.com', ownKey), {
  extensions: [ext.subjectAltName(generalName.dns('mail.example.com'))],
});

describeRules('chains that clients cannot verify', [
  ['self-signed', { bundle: fileOf(ownKey, selfSigned) }, found('P08 warning')],
  [
    'self-signed, and known to clients',
    { bundle: fileOf(ownKey, selfSigned), options: { trustAnchors: [selfSigned] } },
    [],
  ],
  [
    'self-signed, for other servers',
    { ...forServers, bundle: fileOf(ownKey, selfSigned) },
    [noAuth, `P08 info ${parameter} @ smtp/inet`],
  ],
  [
    'no issuer, for other servers',
    { ...forServers, bundle: key + site },
    [noAuth, `P08 error ${parameter} @ smtp/inet`],
  ],
  [
    'no issuer, in one of two files that each have a key',
    {
      bundle: { '/rsa.pem': key + site, '/ec.pem': fileOf(ownKey, selfSigned) },
      main: { smtpd_tls_chain_files: '/rsa.pem, /ec.pem' },
      options: { trustAnchors: [selfSigned] },
    },
    found('P08 error'),
  ],
  [
    'no issuer, in a file without a key',
    {
      bundle: { '/key.pem': key, '/chain.pem': site },
      main: { smtpd_tls_chain_files: '/key.pem, /chain.pem' },
    },
    found('P08 error'),
  ],
  [
    'no issuer, perhaps in a directory',
    { bundle: key + site, main: { smtpd_tls_CApath: '/etc/ca' } },
    found('P08 warning'),
  ],
  [
    'no issuer, which is in the file of authorities',
    { bundle: { [bundlePath]: key + site, '/ca.pem': cross + intermediate }, main: { smtpd_tls_CAfile: '/ca.pem' } },
    [],
  ],
  [
    'an issuer is missing above, and OpenSSL adds none',
    {
      bundle: { [bundlePath]: key + site + intermediate, '/ca.pem': cross },
      main: { smtpd_tls_CAfile: '/ca.pem' },
      options: { trustAnchors: [anchor] },
    },
    found('P08 warning'),
  ],
  ['the last issuer is not known', { options: { trustAnchors: [anchor] } }, found('P08 warning')],
  [
    'the last issuer is not known, for other servers',
    { ...forServers, options: { trustAnchors: [anchor] } },
    [noAuth, `P08 info ${parameter} @ smtp/inet`],
  ],
  ['roots are not known', { bundle: key + site + intermediate }, []],
]);

const dated = (from: string, to: string) => leafOf(middle, { key: ownKey, from, to });
const keystore = { options: { keystore: 'mail.jks' } };
describeRules('dates of certificates', [
  [
    'expired',
    { bundle: fileOf(ownKey, dated('2020-01-01', '2026-11-30'), issuer), ...keystore },
    found('P10 error'),
    '',
  ],
  ['not valid yet', { bundle: fileOf(ownKey, dated('2026-12-02', '2030-01-01'), issuer) }, found('P10 error')],
  [
    'expires soon',
    { bundle: fileOf(ownKey, dated('2020-01-01', '2026-12-10'), issuer), ...keystore },
    found('P10 warning'),
    '',
  ],
  [
    'an issuer has expired',
    {
      bundle: fileOf(ownKey, dated('2020-01-01', '2030-01-01'), certify(middle, top, { to: '2026-11-30' })),
      ...keystore,
    },
    found('P10 warning'),
    'jks2pem mail.jks -o /etc/postfix/example.pem && postfix reload',
  ],
  [
    'an issuer expires soon',
    {
      bundle: fileOf(ownKey, dated('2020-01-01', '2030-01-01'), certify(middle, top, { to: '2026-12-10' })),
      ...keystore,
    },
    found('P10 warning'),
    '',
  ],
  [
    'expired, behind its issuer',
    { bundle: key + intermediate + site + cross, options: { now: new Date('2060-01-01') } },
    [...found('P07 error'), ...found('P10 error'), ...found('P10 warning'), ...found('P10 warning')],
  ],
  [
    'one of those in the file of authorities has expired, which OpenSSL would send',
    {
      bundle: { [bundlePath]: key + site, '/ca.pem': pem(certify(middle, top, { to: '2026-11-30' })) + intermediate },
      main: { smtpd_tls_CAfile: '/ca.pem' },
    },
    [],
  ],
]);

describe('the edges of dates', () => {
  const certificate = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
  const day = 86_400_000;
  const at = (date: Date, milliseconds: number) => new Date(date.getTime() + milliseconds);
  const { notBefore, notAfter } = certificate;
  const soon = (days: string) => ({ isValid: true, text: `expires on 2027-01-01, ${days} left` });
  test.each([
    ['the first moment', at(notBefore, 0), undefined, undefined],
    ['before it', at(notBefore, -1), undefined, { isValid: false, text: 'is not valid before 2026-01-01' }],
    ['21 days', at(notAfter, -21 * day), undefined, undefined],
    ['less than that', at(notAfter, -21 * day + 1), undefined, soon('20 days')],
    ['the last day', at(notAfter, -day), undefined, soon('1 day')],
    ['the last moment', notAfter, undefined, soon('0 days')],
    ['after it', at(notAfter, 1), undefined, { isValid: false, text: 'expired on 2027-01-01' }],
    ['30 days of 30', at(notAfter, -30 * day), 30, undefined],
    ['30 days of 31', at(notAfter, -30 * day), 31, soon('30 days')],
    ['10 days of 5', at(notAfter, -10 * day), 5, undefined],
  ])('%s', (_, now, days, expected) => expect(dateProblem(certificate, now, days)).toEqual(expected));
});

describeRules('names of certificates', [
  [
    'another one',
    { bundle: fileOf(ownKey, leafOf(middle, { key: ownKey, host: 'a.example.com' }), issuer) },
    found('P11 warning'),
  ],
  [
    'none',
    {
      bundle: fileOf(
        ownKey,
        leafOf(middle, { key: ownKey, extensions: [], subject: new Uint8Array([0x30, 0]) }),
        issuer,
      ),
    },
    found('P11 warning'),
  ],
  [
    'another one, for other servers',
    { ...forServers, main: { ...forServers.main, myhostname: 'mx.example.com' } },
    [noAuth, `P11 info ${parameter} @ smtp/inet`],
  ],
  ['a host name without a domain', { main: { myhostname: 'mail' } }, []],
]);

const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const dsa = generateKeyPairSync('dsa', { modulusLength: 1_024, divisorLength: 160 });
const leafFile = (own: KeyPair) => ({ bundle: fileOf(own, leafOf(middle, { key: own }), issuer) });
describeRules('keys and signatures that clients refuse', [
  ['a curve that TLS does not know', leafFile(curve('secp256k1')), found('P12 error')],
  ['P-384', leafFile(curve('P-384')), []],
  ['P-521', leafFile(curve('P-521')), []],
  ['RSA with 1024 bits', leafFile(rsa(1_024)), found('P12 warning')],
  ['RSA with 2048 bits', leafFile(rsa(2_048)), []],
  ['DSA', leafFile(dsa), found('P12 error')],
  [
    'SHA-1',
    { bundle: fileOf(ownKey, leafOf(middle, { key: ownKey, signer: ecdsaSha1 }), issuer) },
    found('P12 warning'),
  ],
  [
    'SHA-1 of an issuer',
    { bundle: fileOf(ownKey, leafOf(middle, { key: ownKey }), certify(middle, top, { signer: ecdsaSha1 })) },
    found('P12 warning'),
  ],
  [
    'SHA-1 of a certificate that signs itself, which nobody checks',
    {
      bundle: fileOf(
        ownKey,
        root(party('mail.example.com', ownKey), {
          extensions: [ext.subjectAltName(generalName.dns('mail.example.com'))],
          signer: ecdsaSha1,
        }),
      ),
    },
    found('P08 warning'),
  ],
]);

describeRules('certificates that are not needed', [
  ['a root', { bundle: fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer, anchor) }, found('P13 warning')],
  [
    'a root, for other servers',
    { ...forServers, bundle: fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer, anchor) },
    [noAuth, `P13 info ${parameter} @ smtp/inet`],
  ],
  [
    'a root and a stranger, for other servers',
    { ...forServers, bundle: fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer, anchor, stranger) },
    [noAuth, `P13 warning ${parameter} @ smtp/inet`],
  ],
  ['five strangers', { bundle: bundle + pem(stranger) + site.repeat(4) }, found('P13 warning')],
  [
    'with a keystore',
    { bundle: bundle + pem(stranger), ...keystore },
    found('P13 warning'),
    'jks2pem mail.jks -o /etc/postfix/example.pem && postfix reload',
  ],
]);

describeRules('several keys', [
  ['of different algorithms', { bundle: bundle + fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer) }, []],
  [
    'of which the second has no issuer',
    { bundle: bundle + fileOf(ownKey, leafOf(middle, { key: ownKey })) },
    found('P08 error'),
  ],
  [
    'of different algorithms, in the older style',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath },
      bundle: bundle + fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer),
    },
    ['P13 warning smtpd_tls_cert_file @ all', 'P14 warning smtpd_tls_cert_file @ all'],
    "postconf -e 'smtpd_tls_chain_files = /etc/postfix/example.pem'\npostconf -X smtpd_tls_cert_file",
  ],
  [
    'of different algorithms, in the older style in master.cf',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/a.pem' },
      master: (sound) => sound.replace(/^smtp .*$/m, `smtp inet n - n - - smtpd -o smtpd_tls_cert_file=${bundlePath}`),
      bundle: { '/a.pem': bundle, [bundlePath]: bundle + fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer) },
    },
    ['P13 warning smtpd_tls_cert_file @ smtp/inet', 'P14 warning smtpd_tls_cert_file @ smtp/inet'],
  ],
  [
    'of which the second fits another certificate',
    { bundle: bundle + fileOf(ownKey, issuer, leafOf(middle, { key: ownKey })) },
    found('P07 error'),
  ],
  [
    'of different algorithms, in files of their own',
    {
      main: { smtpd_tls_chain_files: '/a.pem, /b.pem' },
      bundle: { '/a.pem': bundle, '/b.pem': fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer) },
    },
    [],
  ],
  [
    'of the older parameters, each for its kind',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/a.pem', smtpd_tls_eccert_file: '/b.pem' },
      bundle: { '/a.pem': bundle, '/b.pem': fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer) },
    },
    [],
  ],
]);

const edwards = generateKeyPairSync('ed25519');
const both = bundle + fileOf(ownKey, leafOf(middle, { key: ownKey }), issuer);
describeRules('ciphers for kinds of keys', [
  [
    'Ed25519',
    { ...leafFile(edwards), main: { smtpd_tls_exclude_ciphers: 'ECDSA' } },
    ['T11 warning smtpd_tls_exclude_ciphers @ all'],
    'smtpd_tls_exclude_ciphers =',
  ],
  ['RSA and ECDSA, of which one is excluded', { bundle: both, main: { smtpd_tls_exclude_ciphers: 'aRSA' } }, []],
  [
    'RSA and ECDSA',
    { bundle: both, main: { smtpd_tls_exclude_ciphers: 'HIGH, 3DES' } },
    ['T11 error smtpd_tls_exclude_ciphers @ all'],
    'smtpd_tls_exclude_ciphers = 3DES',
  ],
]);

describeRules('a key and certificates in files of their own', [
  [
    'in the wrong order',
    {
      main: { smtpd_tls_chain_files: '/c.pem, /k.pem' },
      bundle: { '/c.pem': site + intermediate + cross, '/k.pem': key },
    },
    found('P06 error'),
    'smtpd_tls_chain_files = /k.pem, /c.pem',
  ],
  [
    'certificates that others may read, and a key that they may not',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': site + intermediate + cross, '/k.pem': key },
      mode: 0o644,
    },
    ['P02 error smtpd_tls_key_file @ all'],
    'chown root:root /k.pem && chmod 600 /k.pem',
  ],
  [
    'certificates that others may change',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': site + intermediate + cross, '/k.pem': key },
      mode: 0o602,
    },
    ['P02 error smtpd_tls_cert_file @ all', 'P02 error smtpd_tls_key_file @ all'],
    'chown root:root /c.pem && chmod 644 /c.pem',
  ],
  [
    'of which the second is empty',
    { main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath, smtpd_tls_key_file: '' } },
    [],
  ],
  [
    'without a key',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': bundle, '/k.pem': site },
    },
    ['P04 error smtpd_tls_key_file @ all'],
  ],
  [
    'without a certificate',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': key, '/k.pem': key },
    },
    ['P04 error smtpd_tls_key_file @ all'],
  ],
  [
    'two keys in the file of the key',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': site + intermediate + cross, '/k.pem': key + key },
    },
    ['P14 warning smtpd_tls_key_file @ all'],
    '',
  ],
  [
    'a key that does not fit',
    {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': site + intermediate + cross, '/k.pem': fileOf(ownKey) },
    },
    ['P07 error smtpd_tls_key_file @ all'],
  ],
]);
