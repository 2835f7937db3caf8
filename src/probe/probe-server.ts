import { checkProbeCall, type ProbeOptions } from './probe-options.js';
import type { ProbeResult } from './probe-result.js';
import type { ServerAddress } from './server-address.js';

/**
 * Connects to a mail server like a client, and reports its certificates and problems. There are several connections: one for each key
 * algorithm, one for the client certificate, and several for the relay test.
 * @throws {TypeError} if an argument or an option is missing or has a wrong type, or an option does not exist
 * @throws {ProbeError} `ERR_PROBE` if no mail server replies in time, or if it violates SMTP or exceeds the limits on replies
 * @see RFC 3207, RFC 8314
 * @example
 * const address = { host: 'mail.example.com', port: 587 };
 * const trustAnchors = await builtInRoots();
 * const { findings } = await probeServer(address, { now: new Date(), implicitTls: false, trustAnchors, timeout: 30 });
 */
export async function probeServer(address: ServerAddress, options: ProbeOptions): Promise<ProbeResult> {
  checkProbeCall(address, options);
  // Loaded on demand, because Node takes long to load sockets and TLS.
  const { runChecks } = await import('./run-checks.js');
  return runChecks(address, options);
}
