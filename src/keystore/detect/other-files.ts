import { toLatin1 } from '../../bytes/encoding.js';
import { type Jks2PemError, StoreMalformedError, StoreUnsupportedError } from '../../errors.js';
import { describeDer } from './other-der-file.js';
import { describeTextFile } from './other-text-files.js';
import { describeTextDamage } from './text-damage.js';
import { unwrapText } from './unwrap-text.js';

/** Number of bytes at the beginning of a file that are searched for marks and text patterns. */
const excerptLength = 64 * 1024;

/** Offset of the text `ustar` in the header of a tar archive (POSIX.1-1988). */
const tarMark = 257;

/** Binary files that users mistake for keystores, by their first bytes in ISO 8859-1. */
const beginnings: readonly (readonly [beginning: string, description: string])[] = [
  // The fourth byte, `6`, `7` or `8`, is the version of the wallet.
  [
    '\xa1\xf8\x4e',
    'an Oracle auto-login wallet (cwallet.sso), whose password is not known; use the ewallet.p12 beside it',
  ],
  [
    'SQLite format 3\0',
    "an SQLite database, probably of NSS; export the key with 'pk12util -o FILE.p12 -n NAME -d DIRECTORY'",
  ],
  ['PK\x03\x04', "a ZIP or JAR archive; 'unzip -l FILE' lists its files"],
  ['\x1f\x8b', "compressed with gzip; unpack it with 'gunzip -c FILE > keystore'"],
  ['BZh', "compressed with bzip2; unpack it with 'bunzip2 -c FILE > keystore'"],
  ['\xfd7zXZ\0', "compressed with xz; unpack it with 'unxz -c FILE > keystore'"],
  ['\x28\xb5\x2f\xfd', "compressed with zstd; unpack it with 'unzstd -c FILE > keystore'"],
  ['7z\xbc\xaf\x27\x1c', "a 7-Zip archive; unpack it with '7z x FILE'"],
  ['\0GITCRYPT\0', "encrypted with git-crypt; run 'git-crypt unlock' in its repository"],
  ['Salted__', "encrypted with 'openssl enc'; decrypt it with 'openssl enc -d -CIPHER -pbkdf2 -in FILE -out keystore'"],
  // Encrypted OpenPGP files begin with a session key packet: encrypted with an RSA key of 2,048 or 4,096 bits (RFC 9580 5.1), or with a
  // password (5.3).
  ['\x85\x01\x0c\x03', "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'"],
  ['\x85\x02\x0c\x03', "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'"],
  ['\x8c\x0d\x04', "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'"],
  ['\0\0\0\0CERT', 'a certificate store of Windows (.sst); export the key as PFX instead'],
  ['kych', "a keychain of macOS; export the key from it as .p12 ('security export -k FILE -t identities -f pkcs12')"],
];

/**
 * The magic number of Lucene's files, and the codec name in the keystore of Elasticsearch
 * (org.elasticsearch.common.settings.KeyStoreWrapper).
 */
const luceneMagic = '\x3f\xd7\x6c\x17';
const elasticsearchCodec = 'elasticsearch.keystore';

/** Creates the error for bytes that are not a keystore. Its message says what the file is, if it is recognized, and what to do. */
export function explainNonKeystore(bytes: Uint8Array): Jks2PemError {
  if (bytes.length === 0) return new StoreUnsupportedError('not a keystore: the file is empty');
  const damage = describeTextDamage(bytes);
  if (damage !== undefined) return new StoreMalformedError('store', damage, 0);
  const what = describeFile(bytes) ?? describeWrapped(bytes);
  return new StoreUnsupportedError(
    what === undefined
      ? 'not a keystore: neither JKS, JCEKS, PKCS12, BKS, UBER nor BCFKS'
      : `not a keystore, but ${what}`,
  );
}

function describeFile(bytes: Uint8Array): string | undefined {
  const text = toLatin1(bytes.subarray(0, excerptLength));
  const named = beginnings.find(([beginning]) => text.startsWith(beginning))?.[1];
  if (named !== undefined) return named;
  if (text.startsWith(luceneMagic) && text.includes(elasticsearchCodec))
    return "the elasticsearch.keystore, which holds settings of Elasticsearch ('elasticsearch-keystore list') and no key pairs";
  if (text.startsWith('ustar', tarMark))
    return "a tar archive; list its files with 'tar -tf FILE', unpack it with 'tar -xf FILE'";
  return describeTextFile(text) ?? describeDer(bytes);
}

/** Describes a file that is recognized once text encodings such as base64 or UTF-16 are removed. */
function describeWrapped(bytes: Uint8Array): string | undefined {
  const inner = unwrapText(bytes, (content) => describeFile(content) !== undefined);
  const what = inner && describeFile(inner);
  return what && `text that contains ${what}`;
}
