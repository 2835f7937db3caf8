import { describe, expect, test } from 'vitest';
import { StoreIntegrityError, StoreMalformedError, StoreUnsupportedError } from '../../../src/errors.js';
import { explainNonKeystore } from '../../../src/keystore/detect/other-files.js';
import { describeTextDamage, explainDamage } from '../../../src/keystore/detect/text-damage.js';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const message = (text: string) => explainNonKeystore(latin1(text)).message;
const gpg = "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'";

describe('binary files', () => {
  test.each([
    [
      '\xa1\xf8\x4e\x37',
      'an Oracle auto-login wallet (cwallet.sso), whose password is not known; use the ewallet.p12 beside it',
    ],
    [
      'SQLite format 3\0',
      "an SQLite database, probably of NSS; export the key with 'pk12util -o FILE.p12 -n NAME -d DIRECTORY'",
    ],
    ['PK\x03\x04', "a ZIP or JAR archive; 'unzip -l FILE' lists its files"],
    ['\x1f\x8b', "compressed with gzip; unpack it with 'gunzip -c FILE > keystore'"],
    ['BZh9', "compressed with bzip2; unpack it with 'bunzip2 -c FILE > keystore'"],
    ['\xfd7zXZ\0', "compressed with xz; unpack it with 'unxz -c FILE > keystore'"],
    ['\x28\xb5\x2f\xfd', "compressed with zstd; unpack it with 'unzstd -c FILE > keystore'"],
    ['7z\xbc\xaf\x27\x1c', "a 7-Zip archive; unpack it with '7z x FILE'"],
    ['\0GITCRYPT\0', "encrypted with git-crypt; run 'git-crypt unlock' in its repository"],
    [
      'Salted__12345678',
      "encrypted with 'openssl enc'; decrypt it with 'openssl enc -d -CIPHER -pbkdf2 -in FILE -out keystore'",
    ],
    ['\x85\x01\x0c\x03', gpg],
    ['\x85\x02\x0c\x03', gpg],
    ['\x8c\x0d\x04', gpg],
    ['\0\0\0\0CERT', 'a certificate store of Windows (.sst); export the key as PFX instead'],
    [
      'kych\0\x01',
      "a keychain of macOS; export the key from it as .p12 ('security export -k FILE -t identities -f pkcs12')",
    ],
    [
      '\x3f\xd7\x6c\x17\x16elasticsearch.keystore',
      "the elasticsearch.keystore, which holds settings of Elasticsearch ('elasticsearch-keystore list') and no key pairs",
    ],
    [
      `${'a.jks'.padEnd(257, '\0')}ustar`,
      "a tar archive; list its files with 'tar -tf FILE', unpack it with 'tar -xf FILE'",
    ],
  ])('%j', (text, what) => expect(message(text)).toBe(`not a keystore, but ${what}`));

  const unknown = 'not a keystore: neither JKS, JCEKS, PKCS12, BKS, UBER nor BCFKS';
  test.each([
    ['nothing', '', 'not a keystore: the file is empty'],
    ['anything else', 'hello', unknown],
    ['a beginning further on', 'xPK\x03\x04', unknown],
    ["Lucene's magic number alone", '\x3f\xd7\x6c\x17\x16other', unknown],
    ['the name of the codec alone', '\x16elasticsearch.keystore', unknown],
    ['PEM beyond the first 64 KiB', `${'.\n'.repeat(32_768)}-----BEGIN X-----`, unknown],
    [
      'PEM at the end of the first 64 KiB',
      `${'.\n'.repeat(32_759)}-----BEGIN X-----\n`,
      'not a keystore, but PEM already: X',
    ],
    ['tar at another place', `${'a'.padEnd(256, '\0')}ustar`, unknown],
    [
      'an encoding of something known',
      'U2FsdGVkX18xMjM0NTY3OA==',
      "not a keystore, but text that contains encrypted with 'openssl enc'; decrypt it with 'openssl enc -d -CIPHER -pbkdf2 -in FILE -out keystore'",
    ],
  ])('%s', (_, text, expected) => {
    expect(message(text)).toBe(expected);
    expect(explainNonKeystore(latin1(text))).toBeInstanceOf(StoreUnsupportedError);
  });
});

describe('a keystore that was read as text', () => {
  const [jks, jceks, pkcs12] = ['\xfe\xed\xfe\xed\0\0\0\x02', '\xce\xce\xce\xce\0\0\0\x02', '0\x82\x0a\0\x02\x01\x03'];
  const utf8 = 'was read as UTF-8 text and written again, which cannot be undone';
  const seven = 'whose bytes lost their highest bit when it was converted to ASCII';
  const eight = 'was read as ISO 8859-1 or Windows-1252 text and written as UTF-8';
  const sixteen = "was read as text and written as UTF-16, as PowerShell does with '>'";
  const both = (text: string) => Buffer.from(text, 'utf16le');

  test.each([
    ['JKS, UTF-8', Buffer.from(Buffer.from(jks, 'latin1').toString('utf8')), utf8],
    ['PKCS#12, UTF-8', Buffer.from(Buffer.from(pkcs12, 'latin1').toString('utf8')), utf8],
    ['three times U+FFFD', Buffer.from('\ufffd'.repeat(3)), undefined],
    ['JKS, seven bits', latin1('~m~m\0\0\0\x02'), seven],
    ['JCEKS, seven bits', latin1('NNNN\0\0\0\x02'), seven],
    ['PKCS#12, seven bits', latin1('0\x02\x0a\0\x02\x01\x03'), seven],
    ['PKCS#12 of another version, seven bits', latin1('0\x02\x0a\0\x02\x01\x04'), undefined],
    ['a text like it', latin1('~m~m and more'), undefined],
    ['JKS, ISO 8859-1', Buffer.from(jks), eight],
    ['JCEKS, ISO 8859-1', Buffer.from(jceks), eight],
    ['PKCS#12, ISO 8859-1', Buffer.from(pkcs12), eight],
    ['one character of JCEKS, ISO 8859-1', Buffer.from('\xce'), undefined],
    ['JKS after another character, ISO 8859-1', Buffer.from(`x${jks}`), undefined],
    ['PKCS#12, Windows-1252', Buffer.from(`0\u201a${pkcs12.slice(2)}`), eight],
    ['PKCS#12 of indefinite length, Windows-1252', Buffer.from('0\u20ac\x02\x01\x03'), eight],
    ['PKCS#12 of indefinite length, ISO 8859-1', Buffer.from('0\u0080\x02\x01\x03'), eight],
    ['JKS, UTF-16', both(jks), sixteen],
    ['JKS, UTF-16 with a mark', both(`\ufeff${jks}`), sixteen],
    ['JKS, big-endian UTF-16 with a mark', both(`\ufeff${jks}`).swap16(), sixteen],
    ['PKCS#12, big-endian UTF-16', both(pkcs12).swap16(), sixteen],
    ['JCEKS, UTF-16', both(jceks), sixteen],
    ['U+FFFD in UTF-16', both('\ufffd\ufffd\ufffd\ufffd'), sixteen],
    ['0 and U+FFFD in UTF-16', both('0\ufffd'), sixteen],
    ['one U+FFFD in UTF-16', both('\ufffdxxx'), undefined],
    ['U+FFFD after another character in UTF-16', both('x\ufffd\ufffd\ufffd\ufffd'), undefined],
    ['something else in UTF-16', both('0x'), undefined],
    ['JKS as it is', latin1(jks), undefined],
  ])('%s', (_, bytes, expected) => {
    const damage = describeTextDamage(new Uint8Array(bytes));
    if (expected === undefined) expect(damage).toBeUndefined();
    else {
      expect(damage).toContain(
        `a keystore ${expected === seven ? '' : 'that '}${expected}; copy it again in binary mode`,
      );
      const error = explainNonKeystore(new Uint8Array(bytes));
      expect(error).toBeInstanceOf(StoreMalformedError);
      expect(error.message).toBe(`store: ${damage} (at byte 0)`);
    }
  });
});

describe('a keystore that was copied in text mode', () => {
  const malformed = new StoreMalformedError('entry 1', 'broken', 77);
  const integrity = new StoreIntegrityError('wrong');
  const lines = (count: number) => latin1('x\r\n'.repeat(count));
  test.each([
    ['two line ends, malformed', lines(2), malformed, 77],
    ['one line end, malformed', lines(1), malformed, undefined],
    ['three line ends, integrity', lines(3), integrity, 0],
    ['two line ends, integrity', lines(2), integrity, undefined],
    ['a line feed alone', latin1('x\r\nx\r\nx\nx\r\n'), malformed, undefined],
    ['a line feed first', latin1('\nx\r\nx\r\n'), malformed, undefined],
    ['another error', lines(9), new StoreUnsupportedError('x'), undefined],
    ['an error of ours', lines(9), new TypeError('x'), undefined],
  ])('%s', (_, bytes, error, offset) => {
    const explained = explainDamage(bytes, error);
    if (offset === undefined) expect(explained).toBeUndefined();
    else
      expect(explained).toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        path: 'store',
        offset,
        message: expect.stringContaining('every LF in this file is preceded by CR: it was copied in text mode'),
      });
  });
});
