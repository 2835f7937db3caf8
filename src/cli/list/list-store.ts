import { servedLeaf } from '../../convert/choose-leaf.js';
import { expiryWarnings } from '../../convert/expiry-warnings.js';
import { anchorsFor } from '../../convert/trust-anchors.js';
import { PassphraseRequiredError } from '../../errors.js';
import { loadKeyStore } from '../../keystore/load.js';
import type { KeyStore } from '../../keystore/types.js';
import { warningCodes } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateGraph } from '../../x509/path/certificate-graph.js';
import { requireKnownCodes } from '../allowed-codes.js';
import { ExitCode, UsageError } from '../command-errors.js';
import { storeJson } from '../convert/result-json.js';
import type { Host } from '../host.js';
import { readKeystoreFile } from '../input-files.js';
import { toJson } from '../json.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { Report, writeLines } from '../report.js';
import { type CheckOptions, type LimitOptions, readDays } from '../shared-options.js';
import { type ChainOfKey, chainsOfKeys } from './chains-of-keys.js';
import { drawGraph, type GraphLanguage } from './mermaid-and-dot.js';
import { relayClientcertLines } from './relay-clientcerts.js';
import { aliasesByCertificate, describeStore } from './store-text.js';

/** The options of `list`, as commander parses them. */
export interface ListOptions extends PasswordOptions, LimitOptions, CheckOptions {
  readonly json?: boolean;
  readonly graph?: GraphLanguage;
  readonly clientcerts?: boolean;
  readonly digest: string;
}

/** Runs `list`. @returns the exit code */
export async function listStore(keystore: string, options: ListOptions, host: Host): Promise<number> {
  requireKnownCodes(options.allow, warningCodes);
  const days = readDays(options.days);
  const report = new Report(host, options.quiet ?? false, options.allow);
  const store = await load(keystore, options, new Passwords(options, host, report), host);
  for (const warning of store.warnings) report.warn(warning);
  const now = host.now();
  const anchors = await anchorsFor(store);
  const request = { now, ...(options.limit && { limits: options.limit }) };
  const chains = chainsOfKeys(store, anchors, request)?.map((chain) => withoutAllowed(chain, report));
  for (const [alias, certificates] of chains?.map(({ alias, path }) => [alias, path.certificates] as const) ??
    leaves(store, now))
    for (const warning of expiryWarnings(certificates, { now, ...(days !== undefined && { days }) }))
      report.warn({ ...warning, alias });
  if (options.clientcerts) writeLines(relayClientcertLines(store, options.digest), host);
  else if (options.json)
    host.writeOutput(Buffer.from(toJson({ ...storeJson(store, chains), warnings: report.warnings })));
  else {
    const isPartlyEncrypted = store.warnings.some(({ code }) => code === 'WARN_ENCRYPTED_PART_SKIPPED');
    const graph = certificateGraph(store.certificates, anchors.trustAnchors);
    if (options.graph) host.writeOutput(Buffer.from(drawGraph(graph, options.graph, aliasesByCertificate(store))));
    else writeLines(describeStore(store, keystore, { graph, chains, now, days, isPartlyEncrypted }), host);
  }
  const count = report.warnings.length + (chains ?? []).reduce((sum, { path }) => sum + path.problems.length, 0);
  return options.strict && count > 0 ? ExitCode.wrong : ExitCode.done;
}

/**
 * Loads the keystore. If no password is given, the user is asked on the terminal; an empty answer means no password. If there is no
 * terminal, the keystore is opened without a password.
 * @throws {UsageError} if this keystore cannot be read without a password
 */
async function load(path: string, options: ListOptions, passwords: Passwords, host: Host): Promise<KeyStore> {
  const bytes = await readKeystoreFile(path, host, options.limit);
  const open = (storePass: string | undefined) =>
    loadKeyStore(bytes, {
      ...(storePass !== undefined && { storePass }),
      ...(options.limit && { limits: options.limit }),
    });
  try {
    return await passwords.openStoreIfGiven(path, open);
  } catch (error) {
    if (!(error instanceof PassphraseRequiredError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, passwords.howToGive('storepass'));
  }
}

function withoutAllowed(chain: ChainOfKey, report: Report): ChainOfKey {
  const problems = chain.path.problems.filter((problem) => !report.isAllowed(problem));
  return { ...chain, path: { ...chain.path, problems } };
}

/** Returns the alias and the leaf of each private key that has a certificate. Used if building all chains would take too long. */
function leaves(store: KeyStore, now: Date): (readonly [string, readonly Certificate[]])[] {
  return [...store].flatMap((entry) => {
    const leaf = entry.kind === 'PrivateKeyEntry' ? servedLeaf(entry, store, now) : undefined;
    return leaf === undefined ? [] : [[entry.alias, [leaf.certificate]] as const];
  });
}
