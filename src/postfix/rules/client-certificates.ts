import { parseTableReference, readTable } from '../configuration/lookup-table.js';
import { beforeProtection, readRestrictions } from '../configuration/restrictions.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Draft, Rule } from './rule.js';

const certificatePermits = new Set(['permit_tls_clientcerts', 'permit_tls_all_clientcerts']);

/** Returns the names of the restrictions that permit clients because of their certificates, before any restriction that prevents relaying. */
function permitsByCertificate({ settings, relayLists }: SmtpdService): string[] {
  return relayLists.flatMap((parameter) =>
    beforeProtection(readRestrictions(settings, parameter)).flatMap(({ name }) =>
      certificatePermits.has(name) ? [name] : [],
    ),
  );
}

/** Checks whether a service requests certificates of clients, and lets them relay because of these certificates. */
export function relaysByCertificate(service: SmtpdService): boolean {
  return asksForCertificates(service) && permitsByCertificate(service).length > 0;
}

function asksForCertificates({ settings, speaksTls }: SmtpdService): boolean {
  return speaksTls && (settings.isYes('smtpd_tls_ask_ccert') || settings.isYes('smtpd_tls_req_ccert'));
}

const notAsked: Rule = {
  id: 'R08',
  severity: 'error',
  what: 'Client certificates permit relaying, but no client is asked for one',
  why: 'A client sends its certificate only if the server asks. Without smtpd_tls_ask_ccert = yes even listed certificates get 554.',
  document: 'postconf(5), permit_tls_clientcerts and smtpd_tls_ask_ccert',
  service: (service, others) => {
    const [permit] = permitsByCertificate(service);
    if (permit === undefined || asksForCertificates(service)) return [];
    const parameter = 'smtpd_tls_ask_ccert';
    // The restriction lists in main.cf apply to all services, although perhaps only one service should request certificates.
    const isAskedElsewhere = others.relayByCertificate;
    return [
      {
        severity: isAskedElsewhere ? 'info' : service.offersAuth ? 'warning' : 'error',
        parameter,
        message: `${permit} has no effect, because ${parameter} = no: clients are not asked for a certificate, and listed ones are refused (554)`,
        ...(!isAskedElsewhere && service.speaksTls && { changes: [service.set(parameter, 'yes')] }),
        advice: `set ${parameter} = yes for the services on which certificates count`,
      },
    ];
  },
};

/** Length of a fingerprint in characters, including colons, by digest. */
const fingerprintLengths: Readonly<Record<string, number>> = {
  md5: 47,
  sha1: 59,
  sha256: 95,
  sha384: 143,
  sha512: 191,
};

const unlistable: Rule = {
  id: 'R09',
  severity: 'error',
  what: 'No certificate in relay_clientcerts can match',
  why: 'permit_tls_clientcerts looks up the fingerprint of the certificate in relay_clientcerts, made with smtpd_tls_fingerprint_digest. Fingerprints of another digest never match.',
  document: 'postconf(5), relay_clientcerts and smtpd_tls_fingerprint_digest',
  service: (service) => {
    const { settings, site } = service;
    if (!permitsByCertificate(service).includes('permit_tls_clientcerts')) return [];
    const parameter = 'relay_clientcerts';
    const tables = settings.list(parameter);
    if (tables.length === 0)
      return [
        {
          severity: service.offersAuth ? 'warning' : 'error',
          parameter,
          message: 'permit_tls_clientcerts is used, but relay_clientcerts lists no certificate',
          advice: 'set relay_clientcerts to a table of fingerprints',
        },
      ];
    const digest = settings.value('smtpd_tls_fingerprint_digest').toLowerCase() || 'md5';
    const length = fingerprintLengths[digest];
    return tables.flatMap((table): Draft[] => {
      const reference = parseTableReference(table);
      const keys = (reference && readTable(site, reference))?.map(({ key }) => key) ?? [];
      if (length === undefined || keys.length === 0 || keys.some((key) => key.length === length)) return [];
      const found = Object.entries(fingerprintLengths).find(([, each]) => keys.some((key) => key.length === each))?.[0];
      return [
        {
          severity: service.offersAuth ? 'warning' : 'error',
          parameter,
          message: `${table} contains ${found ? `${found} fingerprints` : 'no fingerprint with colons'}, but this service computes ${digest} (smtpd_tls_fingerprint_digest): none of them matches`,
          ...(found && { changes: [service.set('smtpd_tls_fingerprint_digest', found)] }),
          advice: `write the ${digest} fingerprints into the table, in capitals with colons`,
        },
      ];
    });
  },
};

export const clientCertificateRules: readonly Rule[] = [notAsked, unlistable];
