import { UsageError } from './command-errors.js';
import { nearestName } from './nearest-name.js';

/** Checks whether `--allow` names a code. The prefix `WARN_` of the library's codes may be omitted. */
export function isAllowed(code: string, allowed: readonly string[] = []): boolean {
  return allowed.some((name) => bare(name) === bare(code));
}

/**
 * Refuses values of `--allow` that are not codes of warnings. Otherwise a misspelt code would have no effect, and the user would not
 * notice.
 * @param known all codes that the command can print
 * @param hintForOther returns the hint for a code that none of the known codes resembles; otherwise all known codes are listed
 * @throws {UsageError} with the code that the user probably meant
 */
export function requireKnownCodes(
  allowed: readonly string[] = [],
  known: readonly string[],
  hintForOther?: (code: string) => string | undefined,
): void {
  const unknown = allowed.find((name) => !isAllowed(name, known));
  if (unknown === undefined) return;
  const word = bare(unknown.toUpperCase().replaceAll('-', '_'));
  const meant =
    known.find((code) => bare(code) === word) ??
    known.find((code) => word.length > 3 && bare(code).includes(word)) ??
    nearestName(word, known.map(bare), (length) => Math.max(1, Math.floor(length / 3)));
  const full = known.find((code) => bare(code) === bare(meant ?? ''));
  throw new UsageError(
    `--allow ${unknown}: there is no such warning`,
    hintForOther?.(unknown) ??
      (full === undefined ? `the codes are ${[...known].sort().join(', ')}` : `did you mean --allow ${full}?`),
  );
}

/** Codes of the commands for a certificate that expires soon. Each of them is allowed by any of them. */
const expiryCodes: readonly string[] = ['CERTIFICATE_EXPIRES', 'CERTIFICATE_EXPIRES_SOON', 'EXPIRES_SOON'];

function bare(name: string): string {
  const code = name.replace(/^WARN_/, '');
  return expiryCodes.includes(code) ? (expiryCodes[0] as string) : code;
}
