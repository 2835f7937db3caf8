import type { ServiceParameters } from './service-parameters.js';
import { splitList } from './word-list.js';

/** A restriction of a list, with its argument. */
export interface Restriction {
  readonly name: string;
  /** The table or value that follows the restriction. */
  readonly argument?: string;
  /** Whether the restriction only logs, because `warn_if_reject` precedes it. */
  readonly onlyWarns: boolean;
}

/** Matches restrictions with an argument (postconf(5), smtpd_recipient_restrictions and the lists to which it refers). */
const takesArgument =
  /^(check_\w+|reject_rbl_client|reject_rhsbl_\w+|permit_dnswl_client|permit_rhswl_client|sleep|reject_maps_rbl_domain)$/;

/** Maximum nesting of restriction classes and of groups in braces, so that a class that contains itself causes no endless recursion. */
const maximumDepth = 10;
/** Maximum number of restrictions that are read from a list. Classes that name each other several times would give millions. */
const maximumCount = 10_000;

/**
 * Reads a restriction list in the order of evaluation. The names of classes are replaced by their restrictions, and names are converted to
 * lower case.
 */
export function readRestrictions(settings: ServiceParameters, parameter: string): Restriction[] {
  const classes = new Set(settings.list('smtpd_restriction_classes'));
  let count = 0;
  // If warn_if_reject precedes a class or a group, it applies to everything in it (generic_checks of smtpd_check.c).
  const read = (words: readonly string[], depth: number, allWarn: boolean): Restriction[] => {
    const restrictions: Restriction[] = [];
    let onlyWarns = allWarn;
    for (let i = 0; i < words.length && count < maximumCount; i++, count++) {
      const word = words[i] as string;
      const name = word.toLowerCase();
      if (name === 'warn_if_reject') {
        onlyWarns = true;
        continue;
      }
      if (classes.has(word) && depth < maximumDepth)
        restrictions.push(...read(settings.list(word), depth + 1, onlyWarns));
      else if (isTable(word)) restrictions.push({ name: impliedCheck(parameter), argument: word, onlyWarns });
      else if (isGroup(word) && depth < maximumDepth) restrictions.push(...read(splitList(word), depth + 1, onlyWarns));
      else {
        const argument = takesArgument.test(name) ? words[++i] : undefined;
        restrictions.push({ name, ...(argument !== undefined && { argument }), onlyWarns });
      }
      onlyWarns = allWarn;
    }
    return restrictions;
  };
  return read(settings.list(parameter), 0, false);
}

/**
 * Checks whether a word was a group of restrictions in braces, such as `{ reject_a, reject_b }`. {@link splitList} has removed the braces.
 */
function isGroup(word: string): boolean {
  return /[ ,]/.test(word) && splitList(word)[0] !== word;
}

/**
 * Checks whether a word is a table, such as `hash:/etc/postfix/access`. A table in the place of a restriction implies the restriction that
 * belongs to the list, such as check_client_access in smtpd_client_restrictions (`def_acl` of smtpd_check.c).
 */
function isTable(word: string): boolean {
  return /^[a-z]+:\S/.test(word);
}

function impliedCheck(parameter: string): string {
  return parameter === 'smtpd_relay_restrictions'
    ? 'check_recipient_access'
    : parameter.replace(/^smtpd_(\w+)_restrictions$/, 'check_$1_access');
}

/** The restrictions that prevent relaying by strangers. smtpd requires one of them (postconf(5), smtpd_relay_restrictions, "IMPORTANT"). */
const protections = new Set([
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'defer_if_permit',
  // Deprecated since 2.2, and removed in 3.9 (DEPRECATION_README).
  'check_relay_domains',
]);

export function protects({ name, onlyWarns }: Restriction): boolean {
  return protections.has(name) && !onlyWarns;
}

/** Returns the restrictions before the first one that prevents relaying by strangers; the whole list if there is none. */
export function beforeProtection(list: readonly Restriction[]): readonly Restriction[] {
  const at = list.findIndex(protects);
  return at < 0 ? list : list.slice(0, at);
}
