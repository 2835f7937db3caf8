import { bounded } from '../bytes/bounded-text.js';
import type { Certificate } from '../x509/certificate.js';
import { hostNamesOf } from '../x509/display-name.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../x509/expiry.js';
import { asError, asWarning, type Text } from './terminal/text.js';

/**
 * Lists the DNS names and IP addresses of a certificate in one line, at most twenty.
 * @returns undefined if there are none
 */
export function hostNameList(certificate: Certificate): string | undefined {
  const names = hostNamesOf(certificate);
  return names.length === 0 ? undefined : bounded(names);
}

/**
 * Formats the time until a certificate expires (`82 days left`), or says that it has expired or is not valid yet.
 * @param days the text is a warning if fewer days are left; default: see {@link expiresSoon}
 */
export function timeLeft(certificate: Certificate, now: Date, days?: number): Text {
  const left = daysLeft(certificate, now);
  if (certificate.notAfter < now)
    return asError(`EXPIRED ${countDays(daysLeft({ notAfter: now }, certificate.notAfter))} ago`);
  if (certificate.notBefore > now) return asError('NOT YET VALID');
  const text = `${countDays(left)} left`;
  return expiresSoon(certificate, now, days) ? asWarning(text) : text;
}

/** Returns {@link timeLeft} in parentheses if the certificate has expired, is not valid yet, or expires soon; otherwise an empty text. */
export function validityNote(certificate: Certificate, now: Date, days?: number): Text {
  const isFine = certificate.notBefore <= now && certificate.notAfter >= now && !expiresSoon(certificate, now, days);
  return isFine ? '' : ['  (', timeLeft(certificate, now, days), ')'];
}

/** Formats the validity as `2026-10-14 to 2027-01-12`. */
export function validityPeriod({ notBefore, notAfter }: Certificate): string {
  return `${isoDay(notBefore)} to ${isoDay(notAfter)}`;
}
