import { ProbeError } from '../errors.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import type { ExaminedPath, PathRequest } from '../x509/path/certification-path.js';

/** Gives the certificates that lie at a caIssuers URL; a failure is a ProbeError. */
export type IssuerSource = (url: string) => Promise<readonly Certificate[]>;

/** A certificate of the path that came from its subject's URL. */
export interface FetchedIssuer {
  readonly url: string;
  readonly certificate: Certificate;
}

export interface CompletedPath {
  readonly path: ExaminedPath;
  readonly fetched: readonly FetchedIssuer[];
  /** Where nothing could be had. */
  readonly failures: readonly Warning[];
}

/** No honest line lacks more issuers than this; a URL is asked once, so that none leads in a circle. */
const maximumDownloads = 8;

/** Builds the path, fetching the issuer that it lacks as long as there is one and its certificate says where. */
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
    if (url === undefined || asked.size === maximumDownloads)
      return { path, fetched: fetchedIn(path, origins), failures };
    asked.add(url);
    try {
      for (const certificate of await source(url)) {
        candidates.push(certificate);
        if (!origins.has(certificate.sha256)) origins.set(certificate.sha256, url);
      }
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      failures.push({ code: 'WARN_ISSUER_NOT_FETCHED', message: `an issuer could not be fetched: ${error.message}` });
    }
  }
}

function fetchedIn(path: ExaminedPath, origins: ReadonlyMap<string, string>): FetchedIssuer[] {
  return path.certificates.flatMap((certificate) => {
    const url = origins.get(certificate.sha256);
    return url === undefined ? [] : [{ url, certificate }];
  });
}
