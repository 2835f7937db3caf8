import { shortened } from '../src/bytes/bounded-text.js';
import { hostNames } from '../src/cli/certificate-text.js';
import type { Certificate } from '../src/x509/certificate.js';
import { certificateName } from '../src/x509/display-name.js';
import { daysLeft, expiresSoon, isoDay } from '../src/x509/expiry.js';
import { describePublicKey } from '../src/x509/public-key.js';
import { ifReadable } from '../src/x509/tolerate-malformed.js';
import type { CertificateView, Validity } from './messages.js';

/** Names shown of a certificate: some have hundreds. */
const mostNames = 100;

/** A certificate of which a field cannot be read is shown all the same. */
export function viewCertificate(certificate: Certificate, now: Date): CertificateView {
  const read = <T>(field: () => T, otherwise: T) => ifReadable(field) ?? otherwise;
  const notBefore = read(() => certificate.notBefore, new Date(0));
  const notAfter = read(() => certificate.notAfter, new Date(0));
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
    names: read(() => hostNames(certificate), [])
      .slice(0, mostNames)
      .map((name) => shortened(name)),
    key: read(() => describePublicKey(certificate), ''),
  };
}

/** The common name in a distinguished name, or failing that the unit or organization; otherwise everything. */
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
