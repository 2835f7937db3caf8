/** Milliseconds in a day. */
const day = 86_400_000;

/**
 * The user is warned only if less than this share of the lifetime is left. certbot renews when a third is left, so at a quarter a renewal
 * has failed.
 */
const warnedShare = 1 / 4;
/** The user is warned only if fewer than this many days are left. They are enough to order a certificate that needs manual approval. */
const longestNotice = 21;

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Returns the number of whole days until a certificate expires; negative if it has expired. */
export function daysLeft({ notAfter }: Pick<Validity, 'notAfter'>, now: Date): number {
  return Math.floor((notAfter.getTime() - now.getTime()) / day);
}

/**
 * Checks whether a certificate expires soon: it has not expired, less than a quarter of its lifetime is left, and less than 21 days are
 * left.
 * @param days if given, replaces the quarter and the 21 days: the certificate expires soon if fewer days are left
 */
export function expiresSoon({ notBefore, notAfter }: Validity, now: Date, days?: number): boolean {
  const left = notAfter.getTime() - now.getTime();
  const lifetime = notAfter.getTime() - notBefore.getTime();
  const notice = days === undefined ? Math.min(lifetime * warnedShare, longestNotice * day) : days * day;
  return left >= 0 && left < notice;
}

/** Formats the day of a date in UTC: `2026-11-26`. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Formats a number of days: `1 day`, `82 days`. There are no thousands separators, because scripts read this text. */
export function countDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
