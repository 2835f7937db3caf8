import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { quotedCertificate } from '../x509/display-name.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../x509/expiry.js';

/** Creates a warning for each certificate of a chain that expires soon. Expired certificates are reported by the path builder. */
export function expiryWarnings(
  certificates: readonly Certificate[],
  { now, days }: { readonly now: Date; readonly days?: number },
): Warning[] {
  return certificates
    .filter((certificate) => expiresSoon(certificate, now, days))
    .map((certificate) => {
      const left = countDays(daysLeft(certificate, now));
      return {
        code: 'WARN_CERTIFICATE_EXPIRES_SOON',
        message: `${quotedCertificate(certificate)} expires in ${left}, on ${isoDay(certificate.notAfter)}`,
      };
    });
}
