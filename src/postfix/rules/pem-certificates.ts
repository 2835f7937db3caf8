import { Jks2PemError } from '../../errors.js';
import { hostNamesOf } from '../../x509/display-name.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../../x509/expiry.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import { keyDetails, weakKey } from '../../x509/public-key.js';
import { weakSignatureHash } from '../../x509/signature.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { isForHost, keyFits, orderedChain, reachesAnchor } from '../pem/cached-checks.js';
import {
  type BundleFile,
  type ConfiguredChain,
  completedFromAuthorities,
  configuredChains,
  fileWith,
  type ServedKey,
} from '../pem/configured-chain.js';
import { rebuildFile } from './rebuild-pem.js';
import type { Draft, OtherServices, Rule } from './rule.js';
import { isHostName } from './server-host-name.js';

/** The certificates that clients receive for one key. */
interface Presented {
  /** The chain from the leaf upwards, each certificate certified by the next. */
  readonly presented: readonly ParsedCertificate[];
  readonly leaf: ParsedCertificate;
  /** The certificates in the order of the file, with the leaf first. */
  readonly certificates: readonly ParsedCertificate[];
  readonly file: BundleFile;
  readonly chain: ConfiguredChain;
}

type ChainCheck = (service: SmtpdService, presented: Presented, others: OtherServices) => readonly Draft[];

function certificateRule(rule: Omit<Rule, 'service'>, check: ChainCheck): Rule {
  return {
    ...rule,
    service: (service, others) => presentedBy(service).flatMap((presented) => check(service, presented, others)),
  };
}

/**
 * Checks whether only other servers send mail to this installation: no service offers AUTH to the Internet. Servers verify names and roots
 * only with DANE or MTA-STS, whereas the mail programs of users always verify them.
 */
function serverOnly({ offersAuth, audience }: SmtpdService, others: OtherServices): boolean {
  return !others.offerAuthToInternet && !(offersAuth && audience === 'internet');
}

const issuerMissing = certificateRule(
  {
    id: 'P08',
    severity: 'error',
    what: 'Clients cannot build a chain from the server certificate to a root',
    why: 'Clients have the roots, but not the intermediate CAs. If the server does not send those, verification fails (OpenSSL: error 21), and Postfix logs nothing.',
    document: 'TLS_README, "Creating the server certificate file"',
  },
  (service, { leaf, presented, file, chain }, others) => {
    const { trustAnchors } = service.site;
    const top = presented.at(-1) as ParsedCertificate;
    const found = (
      severity: 'error' | 'warning',
      what: string,
      remedy: Pick<Draft, 'changes' | 'advice'> = rebuildFile(service, chain, file.path),
    ): Draft[] => [
      {
        severity: serverOnly(service, others) && severity === 'warning' ? 'info' : severity,
        parameter: file.parameter,
        message: `${file.path}: ${what}`,
        ...remedy,
      },
    ];
    if (leaf.isSelfSigned) {
      if (reachesAnchor(leaf, trustAnchors)) return [];
      return found(
        'warning',
        `the certificate (${leaf.subject}) is self-signed: clients refuse it unless it is installed on the client`,
        // Rebuilding the file would not help: the keystore contains the same certificate until the reply of a CA is imported.
        {
          advice: 'let a CA sign it (keytool -certreq, then -importcert with its reply), then rebuild the file',
        },
      );
    }
    // Not only the top is checked: if it is a cross certificate, a root known to clients may have issued a certificate below it.
    if (top.isSelfSigned || presented.some((certificate) => reachesAnchor(certificate, trustAnchors))) return [];
    if (presented.length === 1) {
      // A directory of CA certificates may contain the issuer. OpenSSL would find and send it.
      const mayBeElsewhere = service.settings.value('smtpd_tls_CApath') !== '';
      return found(
        mayBeElsewhere ? 'warning' : 'error',
        `the certificate of its issuer (${leaf.issuer}) is missing: clients that know only the root cannot verify the server certificate (OpenSSL: error 21)${mayBeElsewhere ? ', unless smtpd_tls_CApath holds it' : ''}`,
      );
    }
    if (trustAnchors.length === 0) return [];
    const { changes, advice } = rebuildFile(service, chain, file.path);
    return found(
      'warning',
      `the chain ends at ${top.subject}; its issuer ${top.issuer} is not among the known roots: clients refuse it unless that root is installed on the client`,
      {
        ...(changes && { changes }),
        advice: `if the root belongs to your own CA, give it to doctor with --trust FILE; otherwise ${advice}`,
      },
    );
  },
);

const dates = certificateRule(
  {
    id: 'P10',
    severity: 'error',
    what: 'A certificate has expired, expires soon, or is not valid yet',
    why: 'Clients refuse an expired server certificate, and an expired issuer if they need it to reach a root they know (OpenSSL: error 10). Postfix serves both without a warning. "Soon" is a quarter of the lifetime, 21 days at most, or what --days says.',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (service, { leaf, certificates, file, chain }) => {
    const { now, days } = service.site.options;
    return certificates.flatMap((certificate): Draft[] => {
      const isLeaf = certificate === leaf;
      const state = dateProblem(certificate, now, days);
      if (state === undefined) return [];
      const effect = state.isValid
        ? ''
        : isLeaf
          ? ': every client refuses it'
          : ': clients that need it to reach a root they know refuse the connection (OpenSSL: error 10)';
      return [
        {
          severity: isLeaf && !state.isValid ? 'error' : 'warning',
          parameter: file.parameter,
          message: `${file.path}: ${certificate.subject} ${state.text}${effect}`,
          // A command is proposed only for an issuer that is not valid now. It would not help for the leaf: a keystore that was not renewed
          // still contains the same certificate.
          ...(!state.isValid && !isLeaf ? rebuildFile(service, chain, file.path) : {}),
          advice: isLeaf
            ? 'renew the certificate, then rebuild the file and run postfix reload'
            : state.isValid
              ? 'get a newer certificate of this issuer from the CA, then rebuild the file and run postfix reload'
              : 'rebuild the file without it, then run postfix reload',
        },
      ];
    });
  },
);

/**
 * Describes the problem with a certificate's dates; undefined if there is none. `isValid` is true if the certificate expires soon but is
 * still valid.
 */
export function dateProblem(
  { notBefore, notAfter }: Pick<ParsedCertificate, 'notBefore' | 'notAfter'>,
  now: Date,
  days: number | undefined,
): { readonly isValid: boolean; readonly text: string } | undefined {
  if (now > notAfter) return { isValid: false, text: `expired on ${isoDay(notAfter)}` };
  if (now < notBefore) return { isValid: false, text: `is not valid before ${isoDay(notBefore)}` };
  if (!expiresSoon({ notBefore, notAfter }, now, days)) return undefined;
  return { isValid: true, text: `expires on ${isoDay(notAfter)}, ${countDays(daysLeft({ notAfter }, now))} left` };
}

const names = certificateRule(
  {
    id: 'P11',
    severity: 'warning',
    what: 'The certificate is not for the name of the server',
    why: 'Mail programs compare the name that users typed with the names in the certificate, and refuse any other (OpenSSL: error 62).',
    document: 'postconf(5), myhostname',
  },
  (service, { leaf, file }, others) => {
    const host = service.settings.value('myhostname');
    // Users enter a full host name. A myhostname without a dot is not compared with the certificate; T14 reports one that is no host name.
    if (!host.includes('.') || !isHostName(host) || isForHost(leaf, host)) return [];
    const held = hostNamesOf(leaf).join(', ') || 'no name at all';
    return [
      {
        severity: serverOnly(service, others) ? 'info' : 'warning',
        parameter: file.parameter,
        message: `${file.path}: the certificate is for ${held}, not for ${host} (myhostname): mail programs that connect by that name refuse it (OpenSSL: error 62)`,
        advice: `get a certificate for ${host} (keytool -certreq -ext san=dns:${host}), or let users enter a name that it is for`,
      },
    ];
  },
);

/** The curves of EC certificates with which OpenSSL completes a TLS handshake by default (SSL_CONF_cmd(3), "Groups"; RFC 8446 4.2.7). */
const tlsCurves = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

const weakness = certificateRule(
  {
    id: 'P12',
    severity: 'error',
    what: 'Clients do not accept this kind of key or signature',
    why: 'DSA keys and curves that TLS does not use are loaded, but every handshake fails. RSA keys below 2048 bits and SHA-1 signatures are served, but clients with OpenSSL 3 refuse them (errors 66 and 68).',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (_service, { leaf, presented, file }) => {
    const advice = 'create a new key (keytool -genkeypair -keyalg RSA -keysize 3072) and get a certificate for it';
    const curve = keyDetails(leaf).namedCurve;
    const useless =
      leaf.publicKeyAlgorithm === 'DSA'
        ? 'a DSA key'
        : curve !== undefined && !tlsCurves.has(curve)
          ? `a key on the curve ${curve}`
          : undefined;
    if (useless !== undefined) {
      const message = `${file.path}: ${useless} is loaded, but every handshake fails with "no shared cipher"`;
      return [{ severity: 'error', parameter: file.parameter, message, advice }];
    }
    return presented.flatMap((certificate): Draft[] => {
      const hash = certificate.isSelfSigned ? undefined : weakSignatureHash(certificate);
      const why = [weakKey(certificate), hash && `signed with ${hash}`].filter((reason) => reason !== undefined);
      if (why.length === 0) return [];
      const message = `${file.path}: ${certificate.subject} is too weak (${why.join(', ')}): Postfix serves it, but clients with OpenSSL 3 refuse it (errors 66 and 68)`;
      return [{ severity: 'warning', parameter: file.parameter, message, advice }];
    });
  },
);

const extras = certificateRule(
  {
    id: 'P13',
    severity: 'warning',
    what: 'The file sends certificates that no client needs',
    why: 'A server sends its own certificate and the issuers in order, without the root. GnuTLS 3.7 refuses a chain with an unrelated certificate in it. Only DANE with TLSA usage 2 needs the root.',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (service, { certificates, file, chain }, others) => {
    const { misplaced } = orderedChain(certificates);
    if (misplaced.length === 0) return [];
    const list = misplaced.slice(0, 5).map(({ certificate, reason }) => `${certificate.subject} (${reason})`);
    if (misplaced.length > list.length) list.push(`… ${misplaced.length - list.length} more`);
    // A root in the chain costs some bytes, but is harmless.
    const onlyRoot = misplaced.every(({ reason }) => reason === 'root');
    return [
      {
        severity: onlyRoot && serverOnly(service, others) ? 'info' : 'warning',
        parameter: file.parameter,
        message: `${file.path} sends certificates that no client needs: ${list.join('; ')}`,
        ...rebuildFile(service, chain, file.path),
      },
    ];
  },
);

function presentedBy(service: SmtpdService): Presented[] {
  return configuredChains(service).flatMap((chain) =>
    chain.groups.flatMap((group) => {
      const certificates = leafFirst(group);
      const [leaf] = certificates;
      const file = fileWith(chain, leaf);
      // If the first certificate is a CA certificate and not self-signed, the order is wrong, which P07 reports.
      if (leaf === undefined || file === undefined || (isIssuer(leaf) && !leaf.isSelfSigned)) return [];
      const presented = orderedChain(completedFromAuthorities(service, certificates)).chain;
      return [{ presented, certificates, leaf, file, chain }];
    }),
  );
}

/** Returns the certificates, with the certificate of the key first. */
function leafFirst({ key, certificates }: ServedKey): readonly ParsedCertificate[] {
  if (key === undefined) return certificates;
  const at = certificates.findIndex((certificate) => keyFits(key, certificate) === true);
  return at <= 0 ? certificates : [certificates[at] as ParsedCertificate, ...certificates.filter((_, i) => i !== at)];
}

function isIssuer({ extensions }: ParsedCertificate): boolean {
  try {
    return extensions.basicConstraints?.ca === true;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

export const certificateRules: readonly Rule[] = [issuerMissing, dates, names, weakness, extras];
