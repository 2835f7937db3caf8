import type { Certificate } from '../x509/certificate.js';
import type { CertificationPath } from '../x509/path/certification-path-types.js';
import { writeChanges } from './configuration/change.js';
import { Site } from './configuration/site.js';
import { smtpdServices } from './configuration/smtpd-service.js';
import { type Finding, withoutFix } from './finding.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { mergeServices } from './merge-services.js';
import { configuredChains, fileWith } from './pem/configured-chain.js';
import { keystoreRule } from './rules/catalogue.js';
import { rebuildFile } from './rules/rebuild-pem.js';

/** The certificates of a keystore, for a comparison with those that the services send. */
interface KeystoreChains {
  /** Returns the keystore's certificate with the same key as `served`; undefined if the keystore does not contain this key. */
  leafFor(served: Certificate): Certificate | undefined;
  /** Builds the chain of a leaf. It is called only for leaves that a service sends, because a keystore may contain thousands of keys. */
  chainFor(leaf: Certificate): CertificationPath;
}

/** Examines rule P09: compares the certificates that the services send with those of the keystore. */
export function compareWithStore(
  installation: PostfixInstallation,
  options: ExaminationOptions,
  keystore: KeystoreChains,
): Finding[] {
  const site = Site.parse(installation, options);
  const known = new Map<string, string | undefined>();
  const findings = smtpdServices(site).flatMap((service) =>
    configuredChains(service).flatMap((chain) =>
      chain.groups.flatMap(({ certificates }): Finding[] => {
        const file = fileWith(chain, certificates[0]);
        const identity = certificates.map(({ sha256 }) => sha256).join(' ');
        if (!known.has(identity)) known.set(identity, difference(certificates, keystore));
        const message = known.get(identity);
        if (file === undefined || message === undefined) return [];
        const { changes, advice } = rebuildFile(service, chain, file.path);
        const finding = {
          rule: keystoreRule.id,
          severity: keystoreRule.severity,
          service: service.name,
          parameter: file.parameter,
          message: `${file.path}: ${message}`,
        };
        const fix = changes && writeChanges(changes, site.wording);
        return [fix ? { ...finding, ...fix } : withoutFix(finding, advice)];
      }),
    ),
  );
  return mergeServices(findings);
}

function difference(served: readonly Certificate[], keystore: KeystoreChains): string | undefined {
  const [site] = served;
  const leaf = site && keystore.leafFor(site);
  if (leaf?.sha256 !== site?.sha256 || leaf === undefined)
    return 'the keystore does not contain the certificate that the server sends: the keystore was renewed, or belongs to another server';
  const hashes = new Set(served.map(({ sha256 }) => sha256));
  const missing = keystore.chainFor(leaf).certificates.filter(({ sha256 }) => !hashes.has(sha256));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ subject, issuer }) => `${subject}, certified by ${issuer}`).join('; ');
  return `the keystore has more of the chain than is served (${names}): clients that know only the older root cannot verify the server certificate (OpenSSL: error 20)`;
}
