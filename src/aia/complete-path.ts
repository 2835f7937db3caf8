import { FetchError } from '../errors.js';
import { downloadLimits } from '../limits.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import type { ExaminedPath, PathRequest } from '../x509/path/certification-path-types.js';

/**
 * Returns the certificates at a caIssuers URL, as {@link downloadCertificates} does. If the function throws a {@link FetchError}, the
 * conversion adds a warning and continues.
 */
export type IssuerSource = (url: string) => Promise<readonly Certificate[]>;

/** A downloaded certificate that is part of the path. */
export interface FetchedIssuer {
  /** The caIssuers URL from which it was downloaded. */
  readonly url: string;
  readonly certificate: Certificate;
}

/** A path, and those of its certificates that were downloaded. */
interface CompletedPath {
  readonly path: ExaminedPath;
  readonly fetched: readonly FetchedIssuer[];
  /** A warning for each failed download. */
  readonly failures: readonly Warning[];
}

/**
 * Builds the path. While the issuer of its last certificate is missing, downloads certificates from the caIssuers URLs (RFC 5280 4.2.2.1)
 * of this last certificate and builds the path again. No URL is used twice, and at most {@link downloadLimits}.downloads URLs are used.
 */
export async function completePath(
  leaf: Certificate,
  options: PathRequest,
  source: IssuerSource,
): Promise<CompletedPath> {
  const candidates = [...(options.candidates ?? [])];
  const asked = new Set<string>();
  const origins = new Map<string, string>();
  const failures: Warning[] = [];
  for (;;) {
    const path = examinePath(leaf, { ...options, candidates });
    const url = path.missingIssuer?.urls.find((candidate) => !asked.has(candidate));
    if (url === undefined || asked.size === downloadLimits.downloads)
      return { path, fetched: fetchedIn(path, origins), failures };
    asked.add(url);
    try {
      for (const certificate of await source(url)) {
        candidates.push(certificate);
        if (!origins.has(certificate.sha256)) origins.set(certificate.sha256, url);
      }
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      failures.push({
        code: 'WARN_ISSUER_NOT_FETCHED',
        message: `an issuer's certificate was not downloaded: ${error.message}`,
      });
    }
  }
}

function fetchedIn(path: ExaminedPath, origins: ReadonlyMap<string, string>): FetchedIssuer[] {
  return path.certificates.flatMap((certificate) => {
    const url = origins.get(certificate.sha256);
    return url === undefined ? [] : [{ url, certificate }];
  });
}
