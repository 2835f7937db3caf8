import { describe, test } from 'vitest';
import { requireAnswer, type Situation } from './situation.js';

const password = ['--storepass', 'pass:changeit'];
const issued = /CN=mail\.example\.com < CN=Example Issuing CA/;
const github = 'https://github.com';

/** Which certificate belongs to the key, and which chain. */
const leaves: readonly Situation[] = [
  {
    about: 'the reply of the CA is under another alias',
    source: `${github}/openssl/openssl/issues/13919`,
    args: ['@reply-under-another-alias.jks', ...password],
    keys: 1,
    certificates: 2,
    leaf: issued,
    error: /is from elsewhere in the keystore; the entry's own is self-signed/,
    notError: /warning: .*self-signed/,
  },
  ...['@reply.pem', '@reply.p7b'].map((reply) => ({
    about: `the reply of the CA is a file (${reply})`,
    source: `${github}/mojohaus/keytool/issues/136`,
    args: ['@reply-never-imported.jks', ...password, '--add-cert', reply],
    certificates: 2,
    leaf: issued,
    error: /is from an added file/,
  })),
  {
    about: 'the reply of the CA was never imported',
    source: `${github}/mojohaus/keytool/issues/136`,
    args: ['@reply-never-imported.jks', ...password],
    certificates: 1,
    error: /self-signed, so clients do not trust it/,
  },
  {
    about: 'the same in a listing',
    source: `${github}/mojohaus/keytool/issues/136`,
    args: ['list', '@reply-never-imported.jks', ...password],
    output: /A server sends for "mail":\n.*\n.*warning: .*self-signed/,
  },
  {
    about: 'the chain is written root first',
    source: `${github}/Azure/secrets-store-csi-driver-provider-azure/issues/156`,
    args: ['@chain-root-first.jks', ...password],
    keys: 1,
    certificates: 2,
    leaf: issued,
    error: /^$/,
  },
  {
    about: 'the chain is written root first, and only the chain is wanted, without a password',
    source: `${github}/hashicorp/terraform-provider-azurerm/issues/21467`,
    args: ['@chain-root-first.jks', '--only', 'chain', '--chain', 'stored'],
    keys: 0,
    certificates: 2,
    leaf: issued,
  },
  {
    about: 'the root is part of the chain',
    source: `${github}/cert-manager/cert-manager/issues/3428`,
    args: ['@root-included.p12', ...password],
    certificates: 2,
    leaf: issued,
    error: /^$/,
  },
  {
    about: 'the issuer is stored in place of the leaf',
    source: `${github}/digitalbazaar/forge/issues/485`,
    args: ['@issuer-instead-of-leaf.jks', ...password],
    exitCode: 1,
    error: /only the certificate of an issuer, "CN=Example Issuing CA".*\n.*--add-cert FILE/,
  },
  {
    about: 'the same, and the leaf is a file',
    source: `${github}/digitalbazaar/forge/issues/485`,
    args: ['@issuer-instead-of-leaf.jks', ...password, '--add-cert', '@leaf.pem'],
    certificates: 2,
    leaf: issued,
  },
  {
    about: 'bytes follow the leaf',
    source: `${github}/golang/go/issues/40545`,
    args: ['@leaf-with-trailing-bytes.jks', ...password],
    leaf: issued,
    error: /2 bytes after the certificate are ignored/,
  },
  {
    about: 'the date of the leaf cannot be read',
    source: `${github}/golang/go/issues/40545`,
    args: ['@leaf-with-unreadable-date.jks', ...password],
    exitCode: 1,
    error: /notBefore: not a time/,
    notError: /does not belong to "?CN=Example Issuing/,
  },
  {
    about: 'the key has no certificate',
    source: `${github}/openssl/openssl/issues/20730`,
    args: ['@key-only.p12', ...password],
    exitCode: 1,
    error: /no certificate;.*\n.*--add-cert FILE/,
  },
  {
    about: 'the key has no certificate, and it is a file',
    source: `${github}/openssl/openssl/issues/20730`,
    args: ['@key-only.p12', ...password, '--add-cert', '@leaf.pem'],
    keys: 1,
    leaf: issued,
  },
  {
    about: 'the key alone',
    source: `${github}/openssl/openssl/issues/20730`,
    args: ['@key-only.p12', ...password, '--only', 'key'],
    keys: 1,
    certificates: 0,
  },
  {
    about: 'leaf and issuer have expired',
    source: 'both certificates are past their end, as in an archive of signatures',
    args: ['@all-expired.p12', ...password, '--chain', 'stored'],
    certificates: 2,
    error: /"CN=mail\.example\.com" expired on 2020-12-31/,
  },
  {
    about: 'no certificate has a common name',
    source: `${github}/letsencrypt/boulder/issues/40`,
    args: ['@no-common-name.p12', ...password, '--trust', '@root.pem', '--days', '99999'],
    certificates: 2,
    error: /"DNS:mail\.example\.com" expires in/,
    notError: /""/,
  },
  {
    about: 'a client certificate, said to be one',
    source: `${github}/elastic/rally/pull/1403`,
    args: ['@client.p12', ...password, '--purpose', 'clientAuth', '--trust', '@root.pem', '--strict'],
    certificates: 2,
    error: /^$/,
  },
  {
    about: 'a client certificate, taken for that of a server',
    source: `${github}/elastic/rally/pull/1403`,
    args: ['@client.p12', ...password, '--trust', '@root.pem', '--strict'],
    exitCode: 3,
    error: /not for serverAuth[\s\S]*--purpose clientAuth/,
  },
  {
    about: 'the chain is signed by ML-DSA, which not every OpenSSL can verify',
    source: `${github}/ansible-collections/community.crypto/issues/1056`,
    args: ['@ml-dsa-issuer.p12', ...password],
    keys: 1,
    leaf: /CN=mail\.example\.com < CN=ML-DSA CA/,
    notError: /did not sign/,
  },
  {
    about: 'the chain is signed by SM2',
    source: `${github}/guanzhi/GmSSL/issues/370`,
    args: ['@sm2-chain.p12', ...password, '--chain', 'stored'],
    keys: 1,
    leaf: /CN=mail\.example\.com < CN=SM2 CA/,
    error: /cannot be (?:checked|verified)/,
    notError: /did not sign/,
  },
];

/** Keys: several of them, and keys in unusual forms. */
const keys: readonly Situation[] = [
  {
    about: 'a CA key beside the key of the server, as elasticsearch-certutil writes http.p12',
    source: `${github}/elastic/elasticsearch/pull/73807`,
    args: ['@ca-key-and-server-key.p12', ...password],
    exitCode: 1,
    error: /"http_ca" \(CN=Example HTTP CA, until .*\), "http" \(CN=mail\.example\.com, until .*\).*\n.*-a http_ca/,
  },
  {
    about: 'the same by its alias in capitals',
    source: `${github}/sscarduzio/elasticsearch-readonlyrest-plugin/issues/349`,
    args: ['@ca-key-and-server-key.p12', ...password, '-a', 'HTTP'],
    keys: 1,
  },
  {
    about: 'two keys of one friendlyName',
    source: `${github}/digitalbazaar/forge/issues/582`,
    args: ['@nss-two-keys-one-name.p12', ...password],
    exitCode: 1,
    error:
      /several private keys: "person" \(sha256:[0-9a-f]{16}, .*\n.*choose one by its fingerprint, e\.g\. -a sha256:/,
  },
  {
    about: 'a misspelt alias',
    source: `${github}/sscarduzio/elasticsearch-readonlyrest-plugin/issues/349`,
    args: ['@root-included.p12', ...password, '-a', 'mial'],
    exitCode: 1,
    error: /did you mean -a mail\?/,
  },
  {
    about: 'an alias that macOS wrote decomposed',
    source: 'Unicode Standard Annex 15, as macOS writes names',
    args: ['@alias-decomposed.p12', ...password, '-a', 'Schlüssel'],
    keys: 1,
  },
  {
    about: 'a key that a Go program stored without PKCS#8',
    source: `${github}/pavlo-v-chernykh/keystore-go/issues/3`,
    args: ['@key-not-pkcs8.jks', ...password],
    keys: 1,
    leaf: issued,
    error: /stored as EC PRIVATE KEY, which Java does not read/,
  },
  {
    about: 'an RSA key of modulus and exponent only',
    source: `${github}/openssl/openssl/issues/13928`,
    args: ['@rsa-without-primes.jks', ...password],
    keys: 1,
    error: /without its primes/,
    notError: /does not belong/,
  },
  {
    about: 'an SM2 key in the traditional form',
    source: `${github}/guanzhi/GmSSL/issues/370`,
    args: ['@sm2-chain.p12', ...password, '--key-format', 'traditional'],
    output: /BEGIN EC PRIVATE KEY/,
  },
  {
    about: 'a DSA key in the traditional form',
    source: 'OpenSSL before 1.0 wrote DSA keys so',
    args: ['@dsa.p12', ...password, '--key-format', 'traditional'],
    output: /BEGIN DSA PRIVATE KEY/,
  },
  {
    about: "GnuTLS's PKCS#12",
    source: `${github}/smallstep/cli/issues/1183`,
    args: ['@certtool.p12', ...password],
    keys: 1,
    certificates: 2,
    leaf: issued,
  },
];

describe.each([
  ['the certificate and its chain', leaves],
  ['the key', keys],
])('%s', (_, situations) => {
  test.each(situations)('$about', requireAnswer);
});
