import type { Certificate } from '../x509/certificate.js';
import type { CertificationPath } from '../x509/path/certification-path.js';
import { Site } from './configuration/site.js';
import { smtpdServices } from './configuration/smtpd-service.js';
import type { Finding } from './finding.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { servedChains } from './pem/served-chain.js';
import { rebuild } from './rules/pem-file.js';

/**
 * P09: what the keystore would give, held against what is served.
 * @param paths the line for each private key of the keystore
 */
export function compareWithStore(
  installation: PostfixInstallation,
  options: ExaminationOptions,
  paths: readonly CertificationPath[],
): Finding[] {
  const found = new Map<string, Finding>();
  for (const service of smtpdServices(new Site(installation, options))) {
    for (const { groups, files } of servedChains(service)) {
      const file = files.at(-1);
      if (file === undefined) continue;
      const problems = groups.flatMap(({ certificates }) => describeDifference(certificates, paths));
      for (const message of problems) {
        const key = `${file.path} ${message}`;
        const known = found.get(key)?.service;
        const name = known === undefined ? service.name : `${known}, ${service.name}`;
        found.set(key, {
          ...service.found('P09', 'warning', file.parameter, `${file.path}: ${message}`, rebuild(service, file.path)),
          service: name,
        });
      }
    }
  }
  return [...found.values()];
}

function describeDifference(served: readonly Certificate[], paths: readonly CertificationPath[]): string[] {
  const leaf = served[0];
  const path = paths.find(({ certificates }) => certificates[0]?.sha256 === leaf?.sha256);
  if (path === undefined) {
    return [
      "the site certificate served is none of the keystore's: the keystore has been renewed, or is another server's",
    ];
  }
  const hashes = new Set(served.map(({ sha256 }) => sha256));
  const missing = path.certificates.filter(({ sha256 }) => !hashes.has(sha256));
  if (missing.length === 0) return [];
  const names = missing.map(({ subject, issuer }) => `${subject}, certified by ${issuer}`).join('; ');
  return [
    `the keystore has more of the chain than is served (${names}): clients that know only the older root cannot verify the site certificate (OpenSSL: 20)`,
  ];
}
