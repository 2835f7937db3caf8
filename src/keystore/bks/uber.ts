import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe, wipingOnError } from '../../bytes/wipe.js';
import { twofishBlockLength } from '../../crypto/cipher/twofish.js';
import { digest, equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { mayRetry } from '../../crypto/kdf/open-with-password.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import { decryptUber, unsealingHashes } from '../../crypto/pbe/bks-encryption.js';
import { PassphraseRequiredError, StoreIntegrityError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { wrongPassword } from '../entry/messages.js';
import { warnOfPassword } from '../entry/private-key-entry.js';
import type { StoreContents, StoreReader } from '../store-reader.js';
import { BksEntries } from './entries.js';
import { type BksHeader, readBksHeader } from './header.js';
import { BksRecordReader } from './record-reader.js';

/** Length in bytes of the SHA-1 of the entries, which is encrypted together with them. */
const digestLength = 20;

/**
 * Reads UBER: Bouncy Castle's BKS with everything after the header encrypted (BcKeyStoreSpi.BouncyCastleStore). Entries and digest are
 * encrypted with Twofish-256-CBC. Without the password nothing is readable.
 */
export const readUber: StoreReader = async (bytes, options) => {
  const { storePass, limits } = options;
  const reader = new ByteReader(bytes, () => 'UBER store');
  const header = readBksHeader(reader, 'UBER', limits);
  const at = reader.offset;
  const ciphertext = bytes.subarray(at);
  if (ciphertext.length === 0 || ciphertext.length % twofishBlockLength !== 0) {
    throw reader.malformed(`encrypted entries: ${ciphertext.length} bytes are not whole blocks`, at);
  }
  if (storePass === undefined)
    throw new PassphraseRequiredError('UBER store: nothing in it is readable without its password');
  const budget = new IterationBudget(limits);
  const work = { iterations: header.iterations, hashes: unsealingHashes(header.iterations) };
  const password = new Password(storePass);
  const opened = await password.firstThatOpens(
    (text) => {
      budget.spend(work, 'UBER store');
      return decryptEntries(ciphertext, text, header);
    },
    () => mayRetry(work, budget),
  );
  if (opened === undefined) throw new StoreIntegrityError(wrongPassword);
  const warnings: Warning[] = [];
  warnOfPassword(password.writtenAs, warnings);
  return wipingOnError([opened.plain], () => {
    const recordReader = new BksRecordReader(opened.entries, 'UBER store, decrypted', limits);
    const records = recordReader.readAll();
    const { left } = recordReader.reader;
    if (left > 0) throw recordReader.reader.malformed(`${left} bytes after the last entry`);
    const contents: StoreContents = {
      type: 'UBER',
      version: header.version,
      integrity: 'verified',
      ...new BksEntries(options, warnings, opened.password).read(records),
    };
    return contents;
  });
};

interface DecryptedEntries {
  /** The variant of the store password (see {@link Password}) that decrypted the entries. */
  readonly password: string;
  readonly entries: Uint8Array;
  /** The whole plaintext: the entries and their digest. It is overwritten if reading fails. */
  readonly plain: Uint8Array;
}

/**
 * Decrypts the entries. The digest is not keyed. It nevertheless matches only if the password is right, because a wrong password gives
 * other entries.
 * @returns undefined if the digest differs
 */
function decryptEntries(ciphertext: Uint8Array, password: string, header: BksHeader): DecryptedEntries | undefined {
  const plain = decryptUber(ciphertext, password, header);
  if (plain === undefined) return undefined;
  const entries = plain.subarray(0, -digestLength);
  if (equalInConstantTime(digest('sha1', entries), plain.subarray(-digestLength))) return { password, entries, plain };
  wipe(plain);
  return undefined;
}
