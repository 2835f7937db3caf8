import type { ByteReader } from '../../bytes/byte-reader.js';
import { StoreUnsupportedError } from '../../errors.js';
import { quoted } from '../entry/messages.js';
import { openWith } from '../entry/private-key-entry.js';
import type { ReaderOptions, StoreReader } from '../reader.js';
import type { SecretKeyEntry, Warning } from '../types.js';
import { readObjectStream } from './java-serialization.js';
import { openSealedKey, readSealedKey } from './jceks-secret-key.js';
import { type EntryHeader, readSunKeyStore } from './sun-layout.js';

/** com.sun.crypto.provider.JceKeyStore: the frame of a JKS, stronger protection of keys, and secret keys. */
export const readJceks: StoreReader = (bytes, options) =>
  readSunKeyStore(bytes, options, { type: 'JCEKS', readSecretKey });

/** A secret key is a serialized SealedObject, with no length before it: it must be understood to be passed. */
function readSecretKey(
  reader: ByteReader,
  header: EntryHeader,
  { limits, storePass }: ReaderOptions,
  warnings: Warning[],
): SecretKeyEntry {
  const { alias } = header;
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
      return openWith(alias, keyPass, storePass, (password) => openSealedKey(sealed, password, limits, path));
    },
  };
}
