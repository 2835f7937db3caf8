import { describe, expect, test } from 'vitest';
import { authorityFileFault } from '../../../src/postfix/pem/authority-file.js';
import { blocks } from '../sound-installation.js';

const [key = '', , intermediate = '', cross = ''] = blocks;
const relabelled = (block: string, label: string) => block.replaceAll(/(BEGIN|END) [A-Z ]+/g, `$1 ${label}`);
const blockOf = (label: string, bytes: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${label}-----\n`;
const derOf = (block: string) => Buffer.from(block.replaceAll(/-----[^-]+-----/g, ''), 'base64');
const withTrust = blockOf('TRUSTED CERTIFICATE', Buffer.concat([derOf(intermediate), Buffer.from('3000', 'hex')]));
const otherBytes = Buffer.concat([derOf(intermediate), Buffer.from('abc')]);
const garbage = Buffer.from('abc');

/* Each file was loaded with SSL_CTX_load_verify_locations of OpenSSL 3.0, with the same result. */

describe('a file of CA certificates that OpenSSL loads', () => {
  test.each([
    ['certificates', intermediate + cross],
    ['the label of older versions of OpenSSL', relabelled(intermediate, 'X509 CERTIFICATE')],
    ['trust settings', withTrust],
    ['a trusted certificate without settings', relabelled(intermediate, 'TRUSTED CERTIFICATE')],
    ['a certificate with trust settings under the usual label', relabelled(withTrust, 'CERTIFICATE')],
    ['a key', key + intermediate],
    ['an encrypted key', intermediate + blockOf('ENCRYPTED PRIVATE KEY', garbage)],
    ['a revocation list alone', blockOf('X509 CRL', Buffer.from('3000', 'hex'))],
    ['blocks that OpenSSL skips', intermediate + blockOf('PKCS7', garbage) + blockOf('EC PARAMETERS', garbage)],
  ])('%s', (_, text) => expect(authorityFileFault(Buffer.from(text))).toBeUndefined());
});

describe('a file of CA certificates that OpenSSL does not load', () => {
  test.each([
    ['nothing', '', 'it is empty'],
    ['a key alone', key, 'there is no certificate in it'],
    ['a keystore', '\xfe\xed\xfe\xed', 'it is a JKS keystore'],
    [
      'a damaged certificate among others',
      intermediate + blockOf('CERTIFICATE', derOf(cross).subarray(0, 99)) + cross,
      'block 2 (CERTIFICATE) contains no certificate',
    ],
    ['an empty certificate', `${cross}-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n`, /^block 2 /],
    [
      'a damaged trusted certificate',
      blockOf('TRUSTED CERTIFICATE', garbage) + cross,
      'block 1 (TRUSTED CERTIFICATE) contains no certificate',
    ],
    [
      'other bytes than trust settings after a certificate',
      cross + blockOf('TRUSTED CERTIFICATE', otherBytes),
      'block 2 (TRUSTED CERTIFICATE) contains no certificate',
    ],
    ['a damaged key', intermediate + blockOf('PRIVATE KEY', garbage), 'block 2 (PRIVATE KEY) contains no private key'],
    ['a block that is cut off', intermediate + cross.slice(0, 99), 'block 2 (CERTIFICATE) is cut off'],
    ['no base64', intermediate + cross.replace('MII', 'M*I'), 'block 2 (CERTIFICATE) is not base64'],
    ['no line break between two blocks', intermediate.trimEnd() + cross, /^block 1 \(CERTIFICATE\) ends in "/],
  ])('%s', (_, text, fault) => {
    const found = authorityFileFault(Buffer.from(text, 'latin1'));
    if (typeof fault === 'string') expect(found).toBe(fault);
    else expect(found).toMatch(fault);
  });
});
