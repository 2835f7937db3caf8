import { wipe } from '../../bytes/wipe.js';
import { anchorsFor } from '../../convert/anchors.js';
import { loadKeyStore } from '../../keystore/load.js';
import type { KeyStore } from '../../keystore/types.js';
import { examinePem } from '../../pem/examine.js';
import { nodeRoots } from '../../x509/roots.js';
import { ExitCode, UsageError } from '../failure.js';
import type { Host } from '../host.js';
import { readCertificateFiles } from '../input-files.js';
import { toJson } from '../json.js';
import type { LimitOptions } from '../options.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { readInstalledPem } from './installed-pem.js';
import { compareWithKeystore } from './keystore-comparison.js';
import { describeVerification, type Verification, verificationJson } from './verification-report.js';

/** The options of `verify` as commander gives them. */
export interface VerifyOptions extends PasswordOptions, LimitOptions {
  readonly keystore?: string;
  readonly hostname?: readonly string[];
  readonly trust?: readonly string[];
  readonly days: string;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs `verify`. */
export async function verify(path: string, options: VerifyOptions, host: Host): Promise<number> {
  const result = await examine(path, options, host);
  const text = options.json ? toJson(verificationJson(result)) : describeVerification(result);
  // For cron, which sends a mail for every word.
  if (options.json || !options.quiet || !result.ok) host.writeOutput(Buffer.from(text));
  return result.ok ? ExitCode.done : ExitCode.wrong;
}

async function examine(path: string, options: VerifyOptions, host: Host): Promise<Verification> {
  if (!/^\d{1,5}$/.test(options.days)) throw new UsageError(`--days ${options.days}: a number of days expected`);
  const now = host.now();
  const passwords = new Passwords(options, host, new Report(host, options.quiet ?? false));
  const installed = readInstalledPem(path, host);
  try {
    const store = options.keystore === undefined ? undefined : await load(options.keystore, options, passwords, host);
    const keyPass = passwords.given('keypass');
    const trust = options.trust && (await readCertificateFiles(options.trust, host));
    const examination = examinePem(installed.text, {
      now,
      ...(store ? await anchorsFor(store, trust) : { trustAnchors: trust ?? (await nodeRoots()) }),
      ...(options.limit && { limits: options.limit }),
      requireAnchor: trust !== undefined,
      days: Number(options.days),
      ...(options.hostname && { hostNames: options.hostname }),
      // The variable is there for keystores; only who says so expects an encrypted file.
      ...(keyPass !== undefined && options.keypass !== undefined && { keyPass }),
    });
    const comparison = store && (await compareWithKeystore(examination.groups, store, options.keystore ?? '', keyPass));
    const findings = [...installed.findings, ...examination.findings, ...(comparison?.findings ?? [])];
    const bad = options.strict ? findings.length > 0 : findings.some(({ severity }) => severity === 'error');
    const keystore = comparison && { ...comparison, path: options.keystore ?? '' };
    for (const { key } of examination.groups) if (key) wipe(key.pkcs8);
    return { ...examination, path, installed, ...(keystore && { keystore }), findings, ok: !bad };
  } finally {
    installed.text.fill(0);
  }
}

async function load(path: string, { limit }: LimitOptions, passwords: Passwords, host: Host): Promise<KeyStore> {
  const storePass = await passwords.storePassword(path);
  return loadKeyStore(host.readFile(path), { storePass, ...(limit && { limits: limit }) });
}
