import { anchorsFor } from '../../convert/anchors.js';
import { PassphraseRequiredError } from '../../errors.js';
import { loadKeyStore } from '../../keystore/load.js';
import type { KeyStore } from '../../keystore/types.js';
import { certificateGraph } from '../../x509/path/certificate-graph.js';
import { storeJson } from '../convert/json.js';
import { ExitCode, UsageError } from '../failure.js';
import type { Host } from '../host.js';
import { toJson } from '../json.js';
import type { LimitOptions } from '../options.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { drawGraph, type GraphLanguage } from './graph-drawing.js';
import { servedChains } from './served-chain.js';
import { aliasesByCertificate, describeStore } from './store-text.js';

/** The options of `list` as commander gives them. */
export interface ListOptions extends PasswordOptions, LimitOptions {
  readonly json?: boolean;
  readonly graph?: GraphLanguage;
  readonly quiet?: boolean;
}

/** One run of `list`; gives the exit code. */
export async function listStore(keystore: string, options: ListOptions, host: Host): Promise<number> {
  const report = new Report(host, options.quiet ?? false);
  const store = await load(keystore, options, new Passwords(options, host, report), host);
  for (const { alias, message } of store.warnings)
    report.warning(alias === undefined ? message : `"${alias}": ${message}`);
  if (store.integrity === 'not-checked') {
    report.warning(`${keystore}: no password was given, so nothing shows whether the file was changed`);
  }
  host.writeOutput(Buffer.from(await render(store, keystore, options, host.now())));
  return ExitCode.done;
}

/** Without a password, everything that needs none is shown. On a terminal it is asked for, and may be left empty. */
async function load(path: string, options: ListOptions, passwords: Passwords, host: Host): Promise<KeyStore> {
  const bytes = host.readFile(path);
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

async function render(store: KeyStore, name: string, options: ListOptions, now: Date): Promise<string> {
  const anchors = await anchorsFor(store);
  const request = { now, ...(options.limit && { limits: options.limit }) };
  if (options.json) return toJson(storeJson(store, servedChains(store, anchors, request)));
  const graph = certificateGraph(store.certificates, anchors.trustAnchors);
  if (options.graph) return drawGraph(graph, options.graph, aliasesByCertificate(store));
  return describeStore(store, name, { graph, lines: servedChains(store, anchors, request), now });
}
