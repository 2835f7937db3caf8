import { shellWord } from '../bytes/shell-word.js';
import { EntryAmbiguousError, EntryNotFoundError, HookFailedError, Jks2PemError, OutputError } from '../errors.js';
import type { WarningCode } from '../warnings.js';
import { nearestName } from './nearest-name.js';

const specificHints = new WeakMap<object, string>();

/** Attaches a hint to an error. It is printed instead of the general hint for the code of the error. */
export function addHint(error: object, hint: string): void {
  specificHints.set(error, hint);
}

/** Returns the hint for an error: from {@link addHint}, or else from the error's property `hint`, or else the general one for its code. */
export function hintFor(error: unknown): string | undefined {
  const specific = error instanceof Error ? specificHints.get(error) : undefined;
  return specific ?? generalHint(error);
}

function generalHint(error: unknown): string | undefined {
  if (!(error instanceof Jks2PemError)) return undefined;
  if ((error instanceof OutputError || error instanceof HookFailedError) && error.hint !== undefined) return error.hint;
  switch (error.code) {
    case 'ERR_ENTRY_AMBIGUOUS':
      return ambiguityHint(error);
    case 'ERR_ENTRY_NOT_FOUND':
      return notFoundHint(error);
    case 'ERR_STORE_INTEGRITY':
      return 'the password is wrong, or the file is damaged: if keytool -list accepts the password for the original file, copy that file again, in binary mode';
    case 'ERR_ENTRY_TYPE':
      return 'jks2pem list KEYSTORE shows the private keys; --trusted -a ALIAS writes a certificate without a key';
    case 'ERR_PROBE':
      return /refused$|no such host$|no answer/.test(error.message)
        ? 'check the name, the port and the firewall; the default port is 587, HOST:25 asks another one'
        : undefined;
    case 'ERR_STORE_MALFORMED':
      return 'the file is damaged or cut short; copy it again, in binary mode, and compare its checksum with the original';
    case 'ERR_PATH_NOT_FOUND':
      return 'give the certificate of the key with --add-cert FILE';
    case 'ERR_KEY_UNRECOVERABLE':
      return 'give the password of the key with --keypass';
    case 'ERR_HOOK_FAILED':
      return error instanceof HookFailedError && error.reason === 'stopped'
        ? 'the next run tries again'
        : 'the next run tries again; run the hook by hand to see what is missing';
    case 'ERR_STORE_UNSUPPORTED':
      return error.message.includes('PEM already') ? pemHint(error.message) : undefined;
    case 'ERR_LIMIT_EXCEEDED':
      return 'limits protect the machine from hostile files; --limit NAME=VALUE changes one';
    default:
      return undefined;
  }
}

function pemHint(message: string): string {
  return /PRIVATE KEY|: CERTIFICATE/.test(message)
    ? 'jks2pem verify FILE checks a PEM file'
    : 'it has no private key; --add-cert FILE adds its certificates to those of a keystore';
}

function notFoundHint(error: Jks2PemError): string {
  const list = 'jks2pem list KEYSTORE shows what is inside';
  const { alias, available } = error instanceof EntryNotFoundError ? error : { alias: undefined, available: [] };
  if (alias === undefined) return `--trusted writes the trusted certificates as one CA file; ${list}`;
  const meant = nearestName(alias, available);
  return meant === undefined ? list : `did you mean -a ${shellWord(meant)}? ${list}`;
}

function ambiguityHint(error: Jks2PemError): string {
  const [first] = error instanceof EntryAmbiguousError ? error.choices : [];
  const name = first?.name ?? 'ALIAS';
  return name === first?.alias
    ? `choose one with -a ALIAS, e.g. -a ${shellWord(name)}`
    : `choose one by its fingerprint, e.g. -a ${name}`;
}

/** What to do about a warning, by its code. */
export const warningHints: Partial<Readonly<Record<WarningCode, string>>> = {
  WARN_CERTIFICATE_EXPIRED: 'renew the certificate, import it into the keystore, and run this again',
  WARN_LEAF_SELF_SIGNED:
    'import the reply of the CA into the keystore (keytool -importcert), or give it with --add-cert FILE; --trust FILE accepts this very certificate',
  WARN_CERTIFICATE_EXPIRES_SOON: 'renew the certificate, import it into the keystore, and run this again',
  WARN_CERTIFICATE_NOT_YET_VALID: 'check the clock of this machine, or wait',
  WARN_CERTIFICATE_UNUSABLE:
    'ask the CA for a certificate for TLS servers (extended key usage serverAuth); --purpose clientAuth converts one of a client',
  WARN_CHAIN_INCOMPLETE: 'add the missing issuer with --add-cert FILE, or fetch it with --fetch-issuers',
  WARN_ANCHOR_UNKNOWN:
    'name the root that your clients know with --trust FILE; --allow WARN_ANCHOR_UNKNOWN accepts the chain without it',
  WARN_KEY_WEAK: 'make a new key, EC or RSA with at least 2048 bits, and have it certified',
  WARN_SIGNATURE_WEAK: 'ask the CA for a certificate that is signed with SHA-256 or better',
  WARN_INTEGRITY_NOT_CHECKED: 'give the store password, so that a changed keystore is noticed',
  WARN_INTEGRITY_UNVERIFIABLE:
    'get the keystore from a source that you trust; --allow WARN_INTEGRITY_UNVERIFIABLE accepts it',
  WARN_OUTPUT_READABLE: '--mode 0600 makes the private key readable by its owner only',
  WARN_PASSWORD_FILE_READABLE: 'chmod 600 the password file',
};
