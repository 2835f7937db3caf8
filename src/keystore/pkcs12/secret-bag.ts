import { contextTag, Tag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { readSecretKeyInfo, secretKeyAlgorithmName } from '../../crypto/key/secret-key-info.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/encrypted-private-key.js';
import { StoreMalformedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { quoted } from '../entry/messages.js';
import { openWith } from '../entry/private-key-entry.js';
import type { SecretKeyEntry, Warning } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/** SecretBag: SEQUENCE { secretTypeId, secretValue [0] EXPLICIT } (RFC 7292 4.2.5). Its value is known by who writes it. */
export function readSecretBag(
  bag: Bag,
  alias: string,
  storePass: string | undefined,
  limits: Limits,
  warnings: Warning[],
): SecretKeyEntry | undefined {
  try {
    const [type, value] = bag.value.sequence('SecretBag');
    if (!type || !value) throw bag.value.malformed('SecretBag: type and value expected');
    const oid = type.oid('secret type');
    const octets = value.expect(contextTag(0), 'secret').explicit('secret').expect(Tag.octetString, 'secret').octets();
    const { creationDate } = bag;
    const entry = { kind: 'SecretKeyEntry', alias, ...(creationDate && { creationDate }) } as const;
    // The JDK: an EncryptedPrivateKeyInfo, under the OID of the bag that usually holds one.
    if (oid === Pkcs12Oid.shroudedKeyBag) {
      return { ...entry, getSecretKey: (keyPass) => openSecret(octets, alias, keyPass, storePass, limits) };
    }
    // Bouncy Castle: the key as it is, under the OID of its algorithm; what encrypts it is the part of the file it is in.
    const algorithm = secretKeyAlgorithmName(oid);
    if (algorithm) return { ...entry, getSecretKey: async () => ({ algorithm, key: octets.slice() }) };
    warnings.push(skipped(bag, alias, `secret of type ${oid} is not supported`));
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
    warnings.push(skipped(bag, alias, error.message));
  }
  return undefined;
}

function openSecret(
  protectedKey: Uint8Array,
  alias: string,
  keyPass: string | undefined,
  storePass: string | undefined,
  limits: Limits,
): Promise<{ algorithm: string; key: Uint8Array }> {
  const path = `secret key ${quoted(alias)}`;
  return openWith(alias, keyPass, storePass, async (password) => {
    const encrypted = readEncryptedPrivateKey(protectedKey, path);
    const info = await decryptPrivateKey(encrypted, password, new IterationBudget(limits));
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
