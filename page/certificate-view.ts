import { shortened } from '../src/bytes/bounded-text.js';
import type { Certificate } from '../src/x509/certificate.js';
import { certificateName, hostNamesOf } from '../src/x509/display-name.js';
import { daysLeft, expiresSoon, isoDay } from '../src/x509/expiry.js';
import { describePublicKey } from '../src/x509/public-key.js';
import { ifReadable } from '../src/x509/tolerate-malformed.js';
import type { CertificateView, Validity } from './messages.js';

/** Maximum number of names in the view of a certificate. Some certificates have hundreds. */
const mostNames = 100;

/** Returns the view of a certificate. A certificate is shown even if some of its fields cannot be read. */
export function viewCertificate(certificate: Certificate, now: Date): CertificateView {
  const read = <T>(field: () => T, otherwise: T) => ifReadable(field) ?? otherwise;
  const notBefore = read(() => certificate.notBefore, new Date(0));
  const notAfter = read(() => certificate.notAfter, new Date(0));
  const names = read(() => hostNamesOf(certificate), []);
  // Names may have a hundred thousand characters.
  const subject = shortened(read(() => certificateName(certificate), '(unreadable)'));
  return {
    title: titleOf(subject),
    subject,
    issuer: shortened(read(() => certificate.issuer, '(unreadable)')),
    notBefore: isoDay(notBefore),
    notAfter: isoDay(notAfter),
    daysLeft: daysLeft({ notAfter }, now),
    validity: validityOf({ notBefore, notAfter }, now),
    names: names.slice(0, mostNames).map((name) => shortened(name)),
    nameCount: names.length,
    key: read(() => describePublicKey(certificate), ''),
  };
}

/**
 * Returns the common name of a distinguished name. Without one, returns the organizational unit, the organization, or else the whole name.
 */
export function titleOf(subject: string): string {
  for (const type of ['CN', 'OU', 'O']) {
    const value = new RegExp(`(?:^|,)${type}=((?:[^,\\\\]|\\\\.)*)`).exec(subject)?.[1];
    if (value) return value.replace(/\\([ "#+,;<>\\])/g, '$1');
  }
  return subject;
}

function validityOf(period: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): Validity {
  if (period.notAfter < now) return 'expired';
  if (period.notBefore > now) return 'not-yet';
  return expiresSoon(period, now) ? 'soon' : 'valid';
}
