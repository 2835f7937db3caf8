import { longestTimeout } from '../../limits.js';
import { probeRules } from '../../probe/finding.js';
import type { ProbeOptions } from '../../probe/probe-options.js';
import type { ProbeResult } from '../../probe/probe-result.js';
import { probeServer } from '../../probe/probe-server.js';
import { parseMailbox } from '../../probe/relay-test.js';
import {
  defaultTimeout,
  formatServerAddress,
  parseServerAddress,
  type ServerAddress,
  submissionPort,
  submissionsPort,
} from '../../probe/server-address.js';
import { isAllowed, requireKnownCodes } from '../allowed-codes.js';
import { ExitCode, InputError, UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import { clientRoots, readCertificates } from '../input-files.js';
import { toJson } from '../json.js';
import { stateOf, writeNagios } from '../nagios.js';
import { writeLines } from '../report.js';
import { type CheckOptions, readDays } from '../shared-options.js';
import { describeProbe, probeJson } from './probe-report.js';

/** The options of `probe`, as commander parses them. */
export interface ProbeCommandOptions extends CheckOptions {
  readonly tls?: boolean;
  readonly hostname?: string;
  readonly trust?: readonly string[];
  readonly expect?: string;
  readonly cert?: string;
  readonly relayTest?: readonly string[];
  readonly timeout?: string;
  readonly json?: boolean;
  readonly nagios?: boolean;
}

/** Runs `probe`. @returns the exit code */
export async function runProbe(server: string, options: ProbeCommandOptions, host: Host): Promise<number> {
  requireKnownCodes(options.allow, probeRules);
  const result = await probe(server, options, host);
  const exitCode = probeExitCode(result, options);
  if (options.nagios) return writeNagiosLine(result, options, host);
  if (options.json) host.writeOutput(Buffer.from(toJson(probeJson(result))));
  else if (!options.quiet || result.findings.some(({ severity }) => severity !== 'info'))
    writeLines(describeProbe(result, host.now(), options), host);
  return exitCode;
}

/** Returns the exit code: 3 if there is an error, and with `--strict` also if there is a warning. */
export function probeExitCode(
  { findings }: ProbeResult,
  { strict = false }: Pick<CheckOptions, 'strict'> = {},
): number {
  const isWrong = findings.some(({ severity }) => severity === 'error' || (strict && severity === 'warning'));
  return isWrong ? ExitCode.wrong : ExitCode.done;
}

/** Reads the files that the options name, and probes the server. Findings of rules in `--allow` are removed, except errors. */
export async function probe(server: string, options: ProbeCommandOptions, host: Host): Promise<ProbeResult> {
  const address = readAddress(server, options);
  const days = readDays(options.days);
  const request: ProbeOptions = {
    now: host.now(),
    implicitTls: options.tls ?? address.port === submissionsPort,
    timeout: readTimeout(options.timeout),
    ...(options.relayTest && { relay: readRelayTest(options.relayTest) }),
    trustAnchors: await clientRoots(options.trust, host),
    ...(options.hostname !== undefined && { hostname: options.hostname }),
    ...(options.expect !== undefined && {
      expected: await readCertificates(options.expect, host),
    }),
    ...(options.cert !== undefined && { clientCertificate: readClientCertificate(options.cert, host) }),
    ...(days !== undefined && { days }),
  };
  try {
    const result = await probeServer(address, request);
    const findings = result.findings.filter(
      ({ rule, severity }) => severity === 'error' || !isAllowed(rule, options.allow),
    );
    return { ...result, findings };
  } finally {
    request.clientCertificate?.fill(0);
  }
}

function writeNagiosLine(result: ProbeResult, options: ProbeCommandOptions, host: Host): number {
  const { address, findings, verification } = result;
  const state = stateOf(findings, options.strict);
  const worst =
    findings.find(({ severity }) => severity === 'error') ?? findings.find(({ severity }) => severity === 'warning');
  const left = verification === undefined ? '' : `, ${verification.daysLeft} days left`;
  const text = `${formatServerAddress(address)}: ${worst?.message ?? `TLS and certificate are right${left}`}`;
  return writeNagios(host, 'probe', state, text, verification?.daysLeft);
}

function readAddress(server: string, { tls }: ProbeCommandOptions): ServerAddress {
  const address = parseServerAddress(server, tls ? submissionsPort : submissionPort);
  if (address) return address;
  throw new UsageError(`"${server}" is not the address of a server`, 'write HOST, HOST:PORT, or [IPV6]:PORT');
}

function readTimeout(text = String(defaultTimeout)): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= longestTimeout) return seconds;
  throw new UsageError(`--timeout ${text}: a number of seconds up to ${longestTimeout} is needed`);
}

/**
 * Reads the PEM file of `--cert`.
 * @throws {InputError} if the file contains no key or no certificate, or if the key is encrypted
 */
function readClientCertificate(path: string, host: Host): Uint8Array {
  const pem = host.readFile(path);
  const text = Buffer.from(pem.buffer, pem.byteOffset, pem.length);
  const isEncrypted = text.includes('ENCRYPTED');
  if (!isEncrypted && text.includes('PRIVATE KEY-----') && text.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new InputError(
    `${path}: ${isEncrypted ? 'the key is encrypted' : 'not a PEM file with a private key and its certificate'}`,
    'jks2pem KEYSTORE -a ALIAS -o FILE writes one',
  );
}

function readRelayTest(words: readonly string[]): { from: string; to: string } {
  const [from, to, ...rest] = words;
  if (from === undefined || to === undefined || rest.length > 0)
    throw new UsageError('--relay-test needs two addresses, FROM and TO');
  for (const address of [from, to]) {
    if (!parseMailbox(address)) throw new UsageError(`--relay-test: "${address}" is not a plain mail address`);
  }
  return { from, to };
}
