import type { ByteReader } from '../../bytes/byte-reader.js';
import { StoreUnsupportedError } from '../../errors.js';
import { quoted } from '../entry/messages.js';
import { type KeyContext, openKey } from '../entry/private-key-entry.js';
import type { StoreReader } from '../store-reader.js';
import type { SecretKeyEntry } from '../types.js';
import { readObjectStream } from './java-serialization.js';
import { openSealedKey, readSealedKey } from './jceks-secret-key.js';
import { type EntryHeader, readSunKeyStore } from './jks-layout.js';

/**
 * Reads JCEKS (com.sun.crypto.provider.JceKeyStore). It has the layout of JKS, but encrypts private keys more strongly and can contain
 * secret keys.
 */
export const readJceks: StoreReader = (bytes, options) =>
  readSunKeyStore(bytes, options, { type: 'JCEKS', readSecretKey });

/** Reads a secret key, which is a serialized SealedObject. Its length is not stored, so it must be parsed to find the next entry. */
function readSecretKey(reader: ByteReader, header: EntryHeader, context: KeyContext): SecretKeyEntry {
  const { alias, limits, warnings } = context;
  const path = `secret key ${quoted(alias)}`;
  const sealed = readSealedKey(readObjectStream(reader, limits));
  if (typeof sealed === 'string') {
    warnings.push({ code: 'WARN_ENTRY_UNREADABLE', message: `${path}: ${sealed}`, alias });
  }
  return {
    kind: 'SecretKeyEntry',
    ...header,
    getSecretKey: async (keyPass) => {
      if (typeof sealed === 'string') throw new StoreUnsupportedError(`${path}: ${sealed}`);
      return openKey(context, 'getSecretKey', keyPass, (password) => openSealedKey(sealed, password, limits, path));
    },
  };
}
