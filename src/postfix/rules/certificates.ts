import { fitsCertificate } from '../../crypto/key/key-pair.js';
import { Jks2PemError } from '../../errors.js';
import { hostNamesOf, matchesHostName } from '../../x509/host-name.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import { keyDetails, weakKey } from '../../x509/public-key.js';
import { weakSignatureHash } from '../../x509/signature.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';
import { anchorOf, type ChainLine, followLine, isSelfSigned } from '../pem/chain-order.js';
import { type BundleFile, type KeyGroup, servedChains } from '../pem/served-chain.js';
import { quote, rebuild } from './pem-file.js';
import type { ServiceRule } from './rule.js';

/** What one key is served with. */
interface Line extends ChainLine {
  readonly leaf: ParsedCertificate;
  readonly certificates: readonly ParsedCertificate[];
  readonly file: BundleFile;
}

type LineRule = (service: SmtpdService, line: Line) => Finding[];

/** P08: clients cannot get from the site certificate to a root. */
const issuerMissing: LineRule = (service, { leaf, line, file }) => {
  const { trustAnchors } = service.site;
  const top = line.at(-1) as ParsedCertificate;
  const found = (severity: 'error' | 'warning', what: string) => [
    service.found(
      'P08',
      severity,
      file.parameter,
      `${file.path}: ${what}. Postfix says nothing about it`,
      rebuild(service, file.path),
    ),
  ];
  if (isSelfSigned(leaf)) {
    if (anchorOf(leaf, trustAnchors)) return [];
    return found(
      'warning',
      `the certificate (${leaf.subject}) is signed by itself: clients refuse it unless they were given it`,
    );
  }
  // Below a cross certificate the line may have reached a root that clients know.
  if (isSelfSigned(top) || line.some((certificate) => anchorOf(certificate, trustAnchors))) return [];
  if (line.length === 1) {
    return found(
      'error',
      `the certificate of its issuer (${leaf.issuer}) is missing: clients that know only the root cannot verify the site certificate (OpenSSL: 21)`,
    );
  }
  if (trustAnchors.length === 0) return [];
  return found(
    'warning',
    `the chain ends at ${top.subject}, and ${top.issuer}, which issued that, is not among the known roots: clients refuse it unless they were given this root`,
  );
};

/** P10: dates. */
const dates: LineRule = (service, { leaf, certificates, file }) => {
  const now = service.site.options.now.getTime();
  return certificates.flatMap((certificate) => {
    const expired = now > certificate.notAfter.getTime();
    if (!expired && now >= certificate.notBefore.getTime()) return [];
    const day = (expired ? certificate.notAfter : certificate.notBefore).toISOString().slice(0, 10);
    const state = expired ? `expired on ${day}` : `is not valid before ${day}`;
    const isLeaf = certificate === leaf;
    const effect = isLeaf
      ? 'every client refuses it'
      : 'clients that need it to reach a root they know refuse the connection (OpenSSL: 10)';
    const message = `${file.path}: ${certificate.subject} ${state}: ${effect}. Postfix serves it as it is`;
    return [service.found('P10', isLeaf ? 'error' : 'warning', file.parameter, message, rebuild(service, file.path))];
  });
};

/** P11: the names. */
const names: LineRule = (service, { leaf, file }) => {
  const host = service.settings.value('myhostname');
  // A name without a dot is nothing that users type.
  if (!host.includes('.') || host.includes('$') || matchesHostName(leaf, host)) return [];
  const held = hostNamesOf(leaf).join(', ') || 'no name at all';
  const message = `${file.path}: the certificate is for ${held}, not for ${host} (myhostname): clients that connect by that name refuse it (OpenSSL: 62)`;
  const fix = `keytool -certreq -alias ALIAS -keystore ${quote(service.site.options.keystore ?? 'KEYSTORE')} -ext san=dns:${host}`;
  return [service.found('P11', 'warning', file.parameter, message, { fix, place: 'shell' })];
};

/** Curves that OpenSSL offers for TLS unless told otherwise (SSL_CONF_cmd(3), "Groups"; RFC 8446 4.2.7 has no others for certificates). */
const tlsCurves = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** P12: keys and signatures that clients do not take. */
const weakness: LineRule = (service, { leaf, line, file }) => {
  const keystore = quote(service.site.options.keystore ?? 'KEYSTORE');
  const fix = {
    fix: `keytool -genkeypair -alias NEW-ALIAS -keyalg RSA -keysize 3072 -keystore ${keystore}`,
    place: 'shell',
  } as const;
  const curve = keyDetails(leaf).namedCurve;
  const useless =
    leaf.publicKeyAlgorithm === 'DSA'
      ? 'a DSA key'
      : curve !== undefined && !tlsCurves.has(curve)
        ? `a key on the curve ${curve}`
        : undefined;
  if (useless !== undefined) {
    const message = `${file.path}: ${useless} is loaded, but every handshake fails with "no shared cipher"`;
    return [service.found('P12', 'error', file.parameter, message, fix)];
  }
  return line.flatMap((certificate) => {
    const hash = isSelfSigned(certificate) ? undefined : weakSignatureHash(certificate);
    const why = [weakKey(certificate), hash && `signed with ${hash}`].filter((reason) => reason !== undefined);
    if (why.length === 0) return [];
    const message = `${file.path}: ${certificate.subject} is too weak (${why.join(', ')}): Postfix serves it, but clients with OpenSSL 3 refuse it (66, 68), and other servers do not load it`;
    return [service.found('P12', 'warning', file.parameter, message, fix)];
  });
};

/** P13: more than the line. */
const extras: LineRule = (service, { misfits, file }) =>
  misfits.length === 0
    ? []
    : [
        service.found(
          'P13',
          'warning',
          file.parameter,
          `${file.path} sends what no client needs: ${misfits.map(({ certificate, why }) => `${certificate.subject} (${why})`).join('; ')}. GnuTLS refuses chains with strangers in them; only DANE with TLSA 2 wants the root`,
          rebuild(service, file.path),
        ),
      ];

/** Rules about the certificates of each key. */
export const certificateRules: readonly ServiceRule[] = [issuerMissing, dates, names, weakness, extras].map(
  (rule) => (service) => linesOf(service).flatMap((line) => rule(service, line)),
);

function linesOf(service: SmtpdService): Line[] {
  return servedChains(service).flatMap(({ groups, files }) =>
    groups.flatMap((group) => {
      const certificates = leafFirst(group);
      const [leaf] = certificates;
      const file = files.find(({ objects }) =>
        objects.some((object) => object.kind === 'certificate' && object.certificate === leaf),
      );
      // An issuer in the first place is not a site certificate; its order is what is wrong, and P07 says so.
      if (leaf === undefined || file === undefined || (isIssuer(leaf) && !isSelfSigned(leaf))) return [];
      return [{ ...followLine(certificates), certificates, leaf, file }];
    }),
  );
}

/** The certificate that the key belongs to before all others, wherever it stands. */
function leafFirst({ key, certificates }: KeyGroup): readonly ParsedCertificate[] {
  if (key === undefined) return certificates;
  const at = certificates.findIndex(({ der }) => fitsCertificate(key, der) === true);
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
