import { privateKeys } from '../../convert/choose-entries.js';
import { servedLeaf } from '../../convert/choose-leaf.js';
import { anchorsFor } from '../../convert/trust-anchors.js';
import { detectStoreType } from '../../keystore/detect/detect.js';
import { loadKeyStore } from '../../keystore/load.js';
import { readKeyGroups } from '../../pem/key-groups.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName, hostNamesOf } from '../../x509/display-name.js';
import { examinePath } from '../../x509/path/build-certification-path.js';
import { formatTlsaRecord, type TlsaRecord, TlsaUsage, tlsaRecordOf } from '../../x509/tlsa.js';
import { ExitCode, InputError, UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import { readLimited, requireKeystore } from '../input-files.js';
import { toJson } from '../json.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { Report, writeLines } from '../report.js';
import type { LimitOptions } from '../shared-options.js';

/** The options of `tlsa`, as commander parses them. */
export interface TlsaOptions extends PasswordOptions, LimitOptions {
  readonly alias?: readonly string[];
  readonly hostname?: readonly string[];
  readonly port: string;
  readonly json?: boolean;
}

/** A record and its certificate. */
interface Line {
  readonly record: TlsaRecord;
  readonly certificate: Certificate;
}

/** Runs `tlsa`. @returns the exit code */
export async function printTlsa(path: string, options: TlsaOptions, host: Host): Promise<number> {
  if (!/^\d{1,5}$/.test(options.port) || Number(options.port) < 1 || Number(options.port) > 65_535)
    throw new UsageError(`--port ${options.port}: a port number is needed`);
  const chains = await readChains(path, options, host);
  const keys = chains.map((chain) => ({ names: namesOf(chain[0], options), lines: linesOf(chain) }));
  if (options.json)
    host.writeOutput(Buffer.from(toJson(keys.map(({ names, lines }) => keyJson(names, lines, options.port)))));
  else
    for (const { names, lines } of keys)
      writeLines(
        names.flatMap((name) => lines.map((line) => zoneLine(name, line, options.port))),
        host,
      );
  return ExitCode.done;
}

/**
 * Returns a record `3 1 1` for the server's certificate, and `2 1 1` for each issuer that the server sends. Issuers that it does not send
 * get no record, because a client may not have them (RFC 7672 3.1.2). The RFC recommends `2 0 1` for issuers, the hash of the certificate;
 * `2 1 1` is printed because the key of a CA usually survives the renewal of its certificate.
 */
function linesOf([leaf, ...issuers]: readonly [Certificate, ...Certificate[]]): Line[] {
  return [
    { record: tlsaRecordOf(leaf, TlsaUsage.endEntity), certificate: leaf },
    ...issuers.map((certificate) => ({ record: tlsaRecordOf(certificate, TlsaUsage.trustAnchor), certificate })),
  ];
}

/** Formats a line of a zone file: `_25._tcp.mail.example.com. IN TLSA 3 1 1 897bb6aa… ; CN=mail.example.com`. */
function zoneLine(name: string, { record, certificate }: Line, port: string): string {
  return `_${port}._tcp.${name.replace(/\.$/, '')}. IN TLSA ${formatTlsaRecord(record)} ; ${certificateName(certificate)}`;
}

function keyJson(names: readonly string[], lines: readonly Line[], port: string) {
  return {
    names: names.map((name) => `_${port}._tcp.${name.replace(/\.$/, '')}.`),
    records: lines.map(({ record, certificate }) => ({
      usage: record.usage,
      selector: record.selector,
      matchingType: record.matchingType,
      data: Buffer.from(record.data).toString('hex'),
      subject: certificate.subject,
      sha256: certificate.sha256,
    })),
  };
}

/**
 * Returns the host names of the records: those of `--hostname`, or else those in the certificate, without wildcards and addresses.
 * @throws {UsageError} if there are none
 */
function namesOf(leaf: Certificate, { hostname }: TlsaOptions): readonly string[] {
  const names = hostname ?? hostNamesOf(leaf).filter((name) => !name.startsWith('*.') && !/^[0-9.]+$|:/.test(name));
  if (names.length > 0) return names;
  throw new UsageError(`"${certificateName(leaf)}" has no host name`, 'give it with --hostname NAME');
}

type Chain = readonly [Certificate, ...Certificate[]];

/**
 * Returns the chain of each key, as a server sends it: from a PEM file unchanged, from a keystore as `convert` would write it.
 * @throws {InputError} if a keystore has no key with a certificate
 * @throws the errors of {@link requireKeystore} if the file is neither a keystore nor a PEM file with certificates
 * @throws the errors of {@link privateKeys} for an alias
 */
async function readChains(path: string, options: TlsaOptions, host: Host): Promise<Chain[]> {
  const bytes = readLimited(path, host, options.limit);
  const chains = detectStoreType(bytes) === undefined ? chainsOfPem(bytes) : [];
  const found = chains.length > 0 ? chains : await chainsOfKeystore(path, bytes, options, host);
  if (found.length === 0) throw new InputError(`${path}: no key with a certificate in it`);
  return found;
}

function chainsOfPem(bytes: Uint8Array): Chain[] {
  return readKeyGroups(bytes).groups.flatMap(({ key, certificates: [leaf, ...issuers] }): Chain[] => {
    key?.pkcs8.fill(0);
    return leaf === undefined ? [] : [[leaf, ...issuers]];
  });
}

async function chainsOfKeystore(path: string, bytes: Uint8Array, options: TlsaOptions, host: Host): Promise<Chain[]> {
  const { limit, alias: wanted = [] } = options;
  const limits = limit && { limits: limit };
  await requireKeystore(path, bytes);
  const passwords = new Passwords(options, host, new Report(host, false));
  const store = await passwords.openStoreIfGiven(path, (storePass) =>
    loadKeyStore(bytes, { ...(storePass !== undefined && { storePass }), ...limits }),
  );
  const anchors = await anchorsFor(store);
  return privateKeys(store, wanted).flatMap((entry): Chain[] => {
    const leaf = servedLeaf(entry, store, host.now())?.certificate;
    if (leaf === undefined) return [];
    const path = examinePath(leaf, { now: host.now(), candidates: store.certificates, ...anchors, ...limits });
    return [[leaf, ...path.certificates.slice(1)]];
  });
}
