import { wipe } from '../../bytes/wipe.js';
import { equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { mayRetry } from '../../crypto/kdf/open-with-password.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import { pkcs12Hashes } from '../../crypto/kdf/pkcs12-kdf.js';
import { bksMac } from '../../crypto/pbe/bks-encryption.js';
import { Jks2PemError, StoreIntegrityError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { wrongPassword } from '../entry/messages.js';
import { triedKeys, warnOfPassword } from '../entry/private-key-entry.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../store-reader.js';
import { BksEntries } from './entries.js';
import { type BksHeader, readBksHeader } from './header.js';
import { type BksRecord, BksRecordReader } from './record-reader.js';
import { openSealedBksKey, readSealedBksKey } from './sealed-key.js';

/** Length of an HMAC-SHA-1 in bytes. */
const macLength = 20;
/**
 * Length of the MAC key in bytes before version 2: BcKeyStoreSpi passed the length in bytes, 20, to a function that takes bits, and that
 * rounds 20 bits down to 2 bytes (CVE-2018-5382).
 */
const weakKeyLength = 2;

/**
 * Reads BKS, Bouncy Castle's own format, versions 0 to 2 (org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi). A MAC covers all
 * entries. Only keys can be encrypted: by Bouncy Castle (sealed keys), or by the program that stored them. Without a password everything
 * except encrypted keys is readable.
 */
export const readBks: StoreReader = async (bytes, options) => {
  const recordReader = new BksRecordReader(bytes, 'BKS store', options.limits);
  const { reader } = recordReader;
  const header = readBksHeader(reader, 'BKS', options.limits);
  const start = reader.offset;
  const records = recordReader.readAll();
  const content = bytes.subarray(start, reader.offset);
  const mac = reader.take(macLength, 'MAC');
  const warnings: Warning[] = [];
  const storePassVariant = await checkMac({ content, mac, header, records }, options, warnings);
  if (reader.left > 0) {
    const message = `${reader.left} bytes after the end of the store are ignored`;
    warnings.push({ code: 'WARN_TRAILING_BYTES', message });
  }
  const contents: StoreContents = {
    type: 'BKS',
    version: header.version,
    integrity: options.storePass === undefined ? 'not-checked' : 'verified',
    ...new BksEntries(options, warnings, storePassVariant).read(records),
  };
  return contents;
};

interface CheckedParts {
  readonly content: Uint8Array;
  readonly mac: Uint8Array;
  readonly header: BksHeader;
  readonly records: readonly BksRecord[];
}

/**
 * Checks the MAC with the store password.
 * @returns the variant of the password (see {@link Password}) for which the MAC is right; undefined if there is no password
 * @throws {StoreIntegrityError} if the MAC is wrong
 */
async function checkMac(
  { content, mac, header, records }: CheckedParts,
  options: ReaderOptions,
  warnings: Warning[],
): Promise<string | undefined> {
  const { storePass, limits } = options;
  const { version, iterations } = header;
  if (storePass === undefined) return undefined;
  const isWeak = version < 2;
  const keyLength = isWeak ? weakKeyLength : macLength;
  const budget = new IterationBudget(limits);
  const work = { iterations, hashes: pkcs12Hashes('sha1', iterations, keyLength) };
  const password = new Password(storePass);
  // With a MAC key of 16 bits, only the password itself is tried: each variant of a wrong password would match by chance once in 65,536
  // times.
  const fitting = await password.firstThatOpens(
    (text) => {
      budget.spend(work, 'BKS store');
      return equalInConstantTime(bksMac(content, text, header, keyLength), mac) ? text : undefined;
    },
    () => !isWeak && mayRetry(work, budget),
  );
  if (fitting === undefined) {
    throw new StoreIntegrityError(
      opensSealedKey(storePass, records, options)
        ? 'the password opens a key of the store, but the MAC differs: the file was changed after it was written, or the store has another password'
        : wrongPassword,
    );
  }
  warnOfPassword(password.writtenAs, warnings);
  if (isWeak) {
    const message = `BKS version ${version} has a MAC key of 16 bits: an attacker can change the file unnoticed, and one wrong password in 65,536 is accepted`;
    warnings.push({ code: 'WARN_INTEGRITY_WEAK', message });
  }
  return fitting;
}

/**
 * Checks whether the password opens one of the first {@link triedKeys} sealed keys. If it does, although the MAC differs, the password is
 * probably right. Keys with other passwords, and keys that cannot be read, count as not opened.
 */
function opensSealedKey(password: string, records: readonly BksRecord[], { limits }: ReaderOptions): boolean {
  const sealed = records.flatMap(({ content, path }) =>
    content.kind === 'sealed' ? [{ blob: content.blob, path }] : [],
  );
  return sealed.slice(0, triedKeys).some(({ blob, path }) => {
    try {
      const key = openSealedBksKey(readSealedBksKey(blob, String(path), limits), password);
      wipe(key?.encoded);
      return key !== undefined;
    } catch (error) {
      if (error instanceof Jks2PemError) return false;
      throw error;
    }
  });
}
