import { type ProbeOptions, type ProbeResult, probeServer } from '../../probe/probe.js';
import { parseMailbox } from '../../probe/relay-test.js';
import {
  defaultTimeout,
  parseServerAddress,
  type ServerAddress,
  submissionPort,
  submissionsPort,
} from '../../probe/server-address.js';
import { nodeRoots } from '../../x509/roots.js';
import { ExitCode, UsageError } from '../failure.js';
import type { Host } from '../host.js';
import { readCertificateFiles } from '../input-files.js';
import { toJson } from '../json.js';
import { describeProbe, probeJson } from './probe-report.js';

/** The options of `probe` as commander gives them. */
export interface ProbeCommandOptions {
  readonly tls?: boolean;
  readonly hostname?: string;
  readonly trust?: readonly string[];
  readonly expect?: string;
  readonly relayTest?: readonly string[];
  readonly timeout?: string;
  readonly json?: boolean;
}

/** Seconds; nobody waits longer than an hour. */
const longestTimeout = 3_600;

/** One run of `probe`; gives the exit code. */
export async function runProbe(server: string, options: ProbeCommandOptions, host: Host): Promise<number> {
  const result = await probe(server, options, host);
  host.writeOutput(Buffer.from(options.json ? toJson(probeJson(result)) : describeProbe(result)));
  return probeExitCode(result);
}

/** Something is wrong with the server only if it is wrong for everybody. */
export function probeExitCode({ findings }: ProbeResult): number {
  return findings.some(({ severity }) => severity === 'error') ? ExitCode.wrong : ExitCode.done;
}

/** Reads what the options name, and probes. */
export async function probe(server: string, options: ProbeCommandOptions, host: Host): Promise<ProbeResult> {
  const address = readAddress(server, options);
  const request: ProbeOptions = {
    now: host.now(),
    implicitTls: options.tls ?? false,
    timeout: readTimeout(options.timeout),
    trustAnchors: options.trust ? await readCertificateFiles(options.trust, host) : await nodeRoots(),
    ...(options.hostname !== undefined && { hostname: options.hostname }),
    ...(options.expect !== undefined && { expected: await readCertificateFiles([options.expect], host) }),
    ...(options.relayTest && { relay: readRelayTest(options.relayTest) }),
  };
  return probeServer(address, request);
}

function readAddress(server: string, { tls }: ProbeCommandOptions): ServerAddress {
  const address = parseServerAddress(server, tls ? submissionsPort : submissionPort);
  if (address) return address;
  throw new UsageError(`"${server}" is no server`, 'write HOST, HOST:PORT, or [IPV6]:PORT');
}

function readTimeout(text = String(defaultTimeout)): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= longestTimeout) return seconds;
  throw new UsageError(`--timeout: a number of seconds up to ${longestTimeout} is wanted, not "${text}"`);
}

function readRelayTest(words: readonly string[]): { from: string; to: string } {
  const [from, to, ...rest] = words;
  if (from === undefined || to === undefined || rest.length > 0)
    throw new UsageError('--relay-test wants two addresses, FROM and TO');
  for (const address of [from, to]) {
    if (!parseMailbox(address)) throw new UsageError(`--relay-test: "${address}" is no plain mail address`);
  }
  return { from, to };
}
