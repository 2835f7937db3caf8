import type { Certificate } from '../x509/certificate.js';

const day = 86_400_000;
/** Let's Encrypt and most others write to their customers from then on. */
const noticeDays = 30;

/** What of a certificate's dates a reader must not overlook. */
export function validity({ notBefore, notAfter }: Certificate, now: Date): string {
  if (notAfter < now) return '  (EXPIRED)';
  if (notBefore > now) return '  (NOT YET VALID)';
  const days = Math.floor((notAfter.getTime() - now.getTime()) / day);
  return days <= noticeDays ? `  (${days} days left)` : '';
}
