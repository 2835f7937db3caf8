/** Milliseconds of a day. */
const day = 86_400_000;

/** Share of the lifetime. certbot renews with a third left, so at a quarter a renewal has failed. */
const warnedShare = 1 / 4;
/** The longest notice in days: enough time to order a certificate that needs manual approval. */
const longestNotice = 21;

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Whole days until a certificate expires; negative after that. */
export function daysLeft({ notAfter }: Pick<Validity, 'notAfter'>, now: Date): number {
  return Math.floor((notAfter.getTime() - now.getTime()) / day);
}

/**
 * Whether a certificate that is still valid expires soon: less than a quarter of its lifetime is left, and less than 21 days.
 * @param days replaces this rule: whether fewer days are left
 */
export function expiresSoon({ notBefore, notAfter }: Validity, now: Date, days?: number): boolean {
  const left = notAfter.getTime() - now.getTime();
  const lifetime = notAfter.getTime() - notBefore.getTime();
  const notice = days === undefined ? Math.min(lifetime * warnedShare, longestNotice * day) : days * day;
  return left >= 0 && left < notice;
}

/** The day of a date in UTC, as ISO 8601 writes it: `2026-11-26`. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `1 day`, `82 days`; without separators, since scripts read it. */
export function countDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
