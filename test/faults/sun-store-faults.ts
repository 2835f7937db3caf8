import { faultsIn } from './fault.js';

const likely = ['keystore/jks.', 'keystore/jceks', 'limits', 'keystore/warnings', 'keystore/wiped'];

/** JKS and JCEKS: the frame they share, and the serialized objects that JCEKS has for secret keys. */
export const sunStoreFaults = faultsIn('keystore', likely, [
  [
    'sun-frame.ts',
    'a store counts as verified without a check',
    "this.options.storePass === undefined ? 'not-checked' : 'verified'",
    "'verified'",
  ],
  [
    'sun-frame.ts',
    'an empty password passes without a check',
    'if (storePass === undefined || equalInConstantTime',
    'if (!storePass || equalInConstantTime',
  ],
  [
    'sun-frame.ts',
    'the digest is compared over its first bytes',
    'equalInConstantTime(sunStoreDigest(storePass, content), stored)',
    'equalInConstantTime(sunStoreDigest(storePass, content).subarray(0, 2), stored.subarray(0, 2))',
  ],
  ['sun-frame.ts', 'version 3 is read', 'if (version !== 1 && version !== 2)', 'if (version < 1 || version > 3)'],
  [
    'sun-frame.ts',
    'the number of entries has no limit',
    "    requireWithin(this.options.limits, 'entries', count, this.format.type);\n",
    '',
  ],
  [
    'sun-frame.ts',
    'the length of a chain has no limit',
    "    requireWithin(this.options.limits, 'chainLength', length, this.#where());\n",
    '',
  ],
  ['sun-frame.ts', 'bytes behind the store are not told', 'if (reader.left > 0)', 'if (reader.left > 20)'],
  [
    'sun-frame.ts',
    'a chain begins with an issuer if its leaf cannot be read',
    'chain[0] ? chain.filter((certificate) => certificate !== undefined) : []',
    'chain.filter((certificate) => certificate !== undefined)',
  ],
  [
    'sun-frame.ts',
    'version 1 has certificate types, too',
    "version === 1 ? 'X.509' : this.#reader.utf('certificate type').text",
    "this.#reader.utf('certificate type').text",
  ],
  [
    'sun-frame.ts',
    'a secret key in a JKS is passed over',
    'tag !== trustedCertificateTag &&\n      !(tag === secretKeyTag && this.format.readSecretKey)',
    'tag !== trustedCertificateTag &&\n      tag !== secretKeyTag',
  ],
  [
    'sun-frame.ts',
    'an alias in another encoding is not told',
    "if (form !== 'modified-utf8')",
    "if (form === 'latin1')",
  ],
  [
    'sun-frame.ts',
    'a file that was changed is called a wrong password',
    'opened === undefined\n        ? passwordIsWrong',
    'opened !== undefined\n        ? passwordIsWrong',
  ],
  ['sun-frame.ts', 'entries are counted from 0', '{this.#index + 1}$', '{this.#index}$'],
  [
    'java-serialization.ts',
    'handles are counted from 1',
    'const firstHandle = 0x7e0000;',
    'const firstHandle = 0x7e0001;',
  ],
  ['java-serialization.ts', 'fields of a subclass come first', 'return line.reverse();', 'return line;'],
  ['java-serialization.ts', 'a character has one byte', "['C', 2]", "['C', 1]"],
  [
    'java-serialization.ts',
    'an object may be one level deeper',
    'if (this.#depth >= this.limits.serializedDepth)',
    'if (this.#depth > this.limits.serializedDepth)',
  ],
  [
    'java-serialization.ts',
    'the number of objects has no limit',
    "    requireWithin(this.limits, 'serializedObjects', this.#handles.length + 1);\n",
    '',
  ],
  [
    'java-serialization.ts',
    'a reference may be to nothing',
    "    if (!fits(value)) throw this.reader.malformed('reference to nothing that was read before', at);\n",
    '',
  ],
  [
    'java-serialization.ts',
    'what an object wrote itself is taken for the next field',
    'if (level.flags & hasWriteMethod) this.#skipAnnotations();',
    '',
  ],
  [
    'java-serialization.ts',
    'a long string is not kept for references',
    'return this.#keep(this.#readLongString());',
    'return this.#readLongString();',
  ],
  ['jceks-secret.ts', 'a key is handed out as a view on what is overwritten', 'key: Uint8Array.from(key) };', 'key };'],
  ['jceks-secret.ts', 'what was decrypted is not overwritten', '    wipe(plain);\n', ''],
  [
    'jceks-secret.ts',
    'any algorithm of sealing will do',
    'find((name) => name !== sealingAlgorithm)',
    "find((name) => typeof name !== 'string')",
  ],
  ['jceks-secret.ts', 'the first array of several is the key', 'bytes.length === 1 ? bytes[0] : undefined', 'bytes[0]'],
  [
    'jceks.ts',
    'a secret key that cannot be opened is not told',
    "  if (typeof sealed === 'string') {\n",
    "  if (typeof sealed !== 'string') {\n",
  ],
]);
