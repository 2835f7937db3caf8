import { hostNamesOf } from '../x509/display-name.js';
import { Site } from './configuration/site.js';
import { type Audience, smtpdServices, type TlsLevel } from './configuration/smtpd-service.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { configuredChains } from './pem/configured-chain.js';

/** A summary of an examined service. */
export interface ServiceSummary {
  /** The name of the service, as `postconf -P` prints it. */
  readonly service: string;
  readonly audience: Audience;
  readonly tls: TlsLevel;
  /** The SASL implementation, usually `cyrus` or `dovecot`; undefined if AUTH is not offered. */
  readonly auth?: string;
  /** The server certificates that the service presents. */
  readonly certificates: readonly { readonly names: readonly string[]; readonly notAfter: Date }[];
}

/** Summarizes the enabled smtpd services of an installation, to report what was examined. */
export function summarizeServices(installation: PostfixInstallation, options: ExaminationOptions): ServiceSummary[] {
  return smtpdServices(Site.parse(installation, options)).map((service) => {
    const leaves = configuredChains(service).flatMap(({ groups }) =>
      groups.flatMap(({ certificates }) => certificates.slice(0, 1)),
    );
    return {
      service: service.name,
      audience: service.audience,
      tls: service.tlsLevel,
      ...(service.offersAuth && { auth: service.saslType }),
      certificates: leaves.map((leaf) => ({ names: hostNamesOf(leaf), notAfter: leaf.notAfter })),
    };
  });
}
