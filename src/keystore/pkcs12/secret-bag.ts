import { contextTag, Tag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { readSecretKeyInfo, type SecretKey, secretKey, secretKeyAlgorithmName } from '../../crypto/key/secret-key.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/decrypt-private-key.js';
import { StoreMalformedError } from '../../errors.js';
import { quoted } from '../entry/messages.js';
import { type KeyContext, openKey } from '../entry/private-key-entry.js';
import type { SecretKeyEntry, Warning } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/**
 * Reads SecretBag: SEQUENCE { secretTypeId, secretValue [0] EXPLICIT } (RFC 7292 4.2.5). The standard does not define the value; the
 * formats of the JDK and of Bouncy Castle are supported.
 * @returns undefined if the value has another format or is malformed; a warning is added then
 */
export function readSecretBag(bag: Bag, alias: string, context: Omit<KeyContext, 'alias'>): SecretKeyEntry | undefined {
  const { warnings } = context;
  try {
    const [type, value] = bag.value.fields(2, 'SecretBag', 'type and value expected');
    const oid = type.oid('secret type');
    const octets = value.expect(contextTag(0), 'secret').explicit('secret').expect(Tag.octetString, 'secret').octets();
    const { creationDate } = bag;
    const entry = { kind: 'SecretKeyEntry', alias, ...(creationDate && { creationDate }) } as const;
    // The JDK writes an EncryptedPrivateKeyInfo, with the OID of a shrouded key bag.
    if (oid === Pkcs12Oid.shroudedKeyBag) {
      return { ...entry, getSecretKey: (keyPass) => openSecret(octets, keyPass, { ...context, alias }) };
    }
    // Bouncy Castle writes the raw key, with the OID of its algorithm, in an encrypted part of the file.
    const algorithm = secretKeyAlgorithmName(oid);
    if (algorithm) return { ...entry, getSecretKey: async () => secretKey(algorithm, octets.slice()) };
    warnings.push(skipped(bag, alias, `secret of type ${oid} is not supported`));
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
    warnings.push(skipped(bag, alias, error.message));
  }
  return undefined;
}

function openSecret(protectedKey: Uint8Array, keyPass: string | undefined, context: KeyContext): Promise<SecretKey> {
  const path = `secret key ${quoted(context.alias)}`;
  return openKey(context, 'getSecretKey', keyPass, async (password) => {
    const encrypted = readEncryptedPrivateKey(protectedKey, path);
    const info = await decryptPrivateKey(encrypted, password, new IterationBudget(context.limits));
    if (info === undefined) return undefined;
    try {
      return readSecretKeyInfo(info.pkcs8, path);
    } finally {
      wipe(info.pkcs8);
    }
  });
}

function skipped(bag: Bag, alias: string, why: string): Warning {
  return { code: 'WARN_BAG_SKIPPED', message: `${bag.path}: ${why}; left out`, alias };
}
