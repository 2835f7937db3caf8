/** A Postfix release. It determines which parameters exist, and their defaults. */
export class PostfixVersion {
  private constructor(
    readonly text: string,
    readonly major: number,
    readonly minor: number,
  ) {}

  /** Reads `mail_version`: `3.7.11`, or `3.12-20260401` for a snapshot. Unreadable text is treated as the newest version. */
  static parse(text: string): PostfixVersion {
    const [, major, minor] = /^\s*(\d{1,4})\.(\d{1,4})/.exec(text) ?? [];
    if (major === undefined || minor === undefined) return new PostfixVersion(text.trim(), Number.MAX_SAFE_INTEGER, 0);
    return new PostfixVersion(text.trim(), Number(major), Number(minor));
  }

  isAtLeast(major: number, minor: number): boolean {
    return this.major > major || (this.major === major && this.minor >= minor);
  }
}

/**
 * Compares compatibility levels `major.minor.patch` like the `level` operators of Postfix 3.6 (postconf(5), compatibility_level). Missing
 * parts are 0.
 */
export function compareLevels(a: string, b: string): number {
  const parts = (level: string) => level.trim().split('.').map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
