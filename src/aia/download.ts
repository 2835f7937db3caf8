import { Jks2PemError, ProbeError } from '../errors.js';
import { readCertificateFile } from '../pem/certificates.js';
import type { Certificate } from '../x509/certificate.js';

/** Bounds on one download. A CA's file is a few kilobytes; a bundle of them is not much more. */
export interface DownloadBounds {
  readonly bytes: number;
  readonly redirects: number;
  readonly milliseconds: number;
}

const usualBounds: DownloadBounds = { bytes: 256 * 1024, redirects: 3, milliseconds: 10_000 };

/**
 * Certificates from a caIssuers URL (RFC 5280 4.2.2.1): one in DER, or several in P7C; PEM is taken too, since CAs serve it.
 * Nothing about them is believed: they are candidates like any other.
 * @throws {ProbeError} if the server does not give certificates within the bounds
 */
export async function downloadCertificates(url: string, bounds: Partial<DownloadBounds> = {}): Promise<Certificate[]> {
  const { bytes, redirects, milliseconds } = { ...usualBounds, ...bounds };
  const signal = AbortSignal.timeout(milliseconds);
  try {
    const response = await follow(url, redirects, signal);
    return await readCertificateFile(await readBody(response, bytes), url);
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    throw new ProbeError(`${url}: ${describeFailure(error, signal, milliseconds)}`, { cause: error });
  }
}

/** Follows redirections by hand, because only the hand sees where they go. */
async function follow(url: string, redirects: number, signal: AbortSignal): Promise<Response> {
  let next = new URL(url);
  for (let left = redirects; ; left--) {
    if (next.protocol !== 'http:' && next.protocol !== 'https:')
      throw new Error(`${next.protocol} is neither http nor https`);
    const response = await fetch(next, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/pkix-cert, application/pkcs7-mime, */*;q=0.1' },
    });
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) throw new Error(`the server answers ${response.status}`);
    if (left === 0) throw new Error(`more than ${redirects} redirections`);
    next = new URL(location, next);
  }
}

async function readBody(response: Response, maximum: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maximum) throw new Error(`more than ${maximum} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function describeFailure(error: unknown, signal: AbortSignal, milliseconds: number): string {
  if (signal.aborted) return `no answer within ${milliseconds / 1000} seconds`;
  if (error instanceof Jks2PemError || !(error instanceof Error))
    return String(error instanceof Error ? error.message : error);
  // fetch says no more than "fetch failed", and keeps the reason behind it.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
