import { UsageError } from './command-errors.js';
import { nearestName } from './nearest-name.js';

/** Checks whether `--allow` names a code. The prefix `WARN_` may be omitted, and each of {@link expiryCodes} stands for all of them. */
export function isAllowed(code: string, allowed: readonly string[] = []): boolean {
  return allowed.some((name) => bare(name) === bare(code));
}

/**
 * Refuses values of `--allow` that are not codes of warnings. Otherwise a misspelt code would have no effect, and the user would not
 * notice.
 * @param known the codes that the command accepts
 * @param hintForOther returns a hint for an unknown code; if it returns undefined, the hint is the most similar known code, or a list of all
 * @throws {UsageError} for the first unknown code
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

/** The codes with which the commands report a certificate that expires soon. `--allow` with one of them allows all. */
const expiryCodes: readonly string[] = ['CERTIFICATE_EXPIRES', 'CERTIFICATE_EXPIRES_SOON', 'EXPIRES_SOON'];

function bare(name: string): string {
  const code = name.replace(/^WARN_/, '');
  return expiryCodes.includes(code) ? (expiryCodes[0] as string) : code;
}
