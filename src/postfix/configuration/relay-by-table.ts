import type { Severity } from '../../warnings.js';
import { isPrivate, parseNetwork, widestPublic } from './ip-network.js';
import { parseTableReference, readTable, type TableReference, type TableRow } from './lookup-table.js';
import type { SmtpdService } from './smtpd-service.js';
import { splitList } from './word-list.js';

/** The effect of a restriction that allows clients to relay although they are neither in mynetworks nor authenticated. */
export interface Opening {
  /**
   * `error` if strangers can relay mail to any address. `warning` if the table cannot be read, if only clients in the table can relay, or
   * if strangers can relay only to addresses with certain user names, such as `postmaster` in any domain.
   */
  readonly severity: Severity;
  /** Which clients may send which mail. */
  readonly effect: string;
}

/**
 * Determines how an access table allows clients to relay if its restriction precedes reject_unauth_destination or a similar one. The result
 * OK then accepts recipients in all domains (access(5)).
 * @param check the restriction that looks up the table, such as `check_sender_access`
 * @returns undefined if the table accepts no mail, only mail of clients that have identified themselves, or only mail to recipients that
 * the administrator has listed
 */
export function relayByTable(service: SmtpdService, check: string, table: string): Opening | undefined {
  // The keys of these tables are login names or fingerprints of client certificates, so the clients that they accept are not strangers.
  if (check === 'check_sasl_access' || check === 'check_ccert_access') return undefined;
  const reference = parseTableReference(table);
  const rows = reference && readTable(service.site, reference);
  if (rows === undefined)
    return { severity: 'warning', effect: `if ${table} answers OK, ${relayedAnywhere(whoIsFoundBy(check))}` };
  const accepted = rows.filter(({ value }) => accepts(value));
  if (accepted.length === 0) return undefined;
  if (check === 'check_client_access') return opensToClients(reference as TableReference, accepted);
  if (check === 'check_recipient_access') return opensToRecipients(reference as TableReference, accepted);
  return { severity: 'error', effect: relayedAnywhere(whoIsFoundBy(check)) };
}

/**
 * Checks whether a result accepts the mail: only digits; OK or RELAY, with or without text after it (check_table_result of smtpd_check.c);
 * or a list of restrictions in which nothing but `permit_…` precedes `permit`. Other results reject or continue (access(5)).
 */
function accepts(result: string): boolean {
  if (/^\d+$/.test(result)) return true;
  if (/^(ok|relay)(\s|$)/i.test(result)) return true;
  return splitList(result.toLowerCase()).find((word) => !word.startsWith('permit_')) === 'permit';
}

/** Describes the effect if clients may relay to all destinations. */
export function relayedAnywhere(who: string): string {
  return `${who} may send mail to any destination through this server, an open relay`;
}

/**
 * Describes the clients that a row of the check's table matches. Except for check_client_access, any stranger can be one of them, because
 * clients choose the addresses and names that they send, and the DNS records of their domains.
 */
function whoIsFoundBy(check: string): string {
  if (check === 'check_client_access') return 'every client that matches it';
  if (check.startsWith('check_recipient_')) return 'every client that sends to an address in it';
  return check === 'check_reverse_client_hostname_access'
    ? 'every client whose reverse lookup returns a name in it'
    : 'every client that sends a name in it';
}

/** Table types whose keys are regular expressions. */
const patternTypes = new Set(['regexp', 'pcre']);
/** Matches keys that match every text: `/./`, `/^.*$/`, `//`, and the empty key of a `static:` table. */
const fitsAll = /^[/!|]?\^?(\.[*+]?)?\$?([/!|]\w*)?$/;

const certain: Severity = 'error';

/** Examines the accepting rows of a table of clients, which are looked up by address, network, or verified host name. */
function opensToClients({ type }: TableReference, rows: readonly TableRow[]): Opening {
  const strangers = rows.filter(({ key }) => {
    if (type === 'static' || patternTypes.has(type)) return fitsAll.test(key);
    const network = parseNetwork(type === 'cidr' ? key : withPrefixLength(key));
    if (network === undefined) return isTopLevel(key);
    return !isPrivate(network) && network.prefix < widestPublic[network.bits];
  });
  if (strangers.length > 0)
    return { severity: certain, effect: relayedAnywhere(`${strangers[0]?.key || 'every client'} in it`) };
  const named = rows.slice(0, 3).map(({ key }) => key);
  const list = rows.length > named.length ? `${named.join(', ')}, …` : named.join(', ');
  return {
    severity: 'warning',
    effect: `the clients in it (${list}) may send mail to any destination through this server, as if they were in mynetworks`,
  };
}

/**
 * Adds the prefix length that follows from the number of octets: `192.0.2` means 192.0.2.0/24 (access(5), "HOST NAME/ADDRESS PATTERNS").
 */
function withPrefixLength(key: string): string {
  if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(key)) return key;
  const octets = key.split('.');
  return `${[...octets, 0, 0, 0].slice(0, 4).join('.')}/${8 * octets.length}`;
}

/**
 * Checks whether a key is a top-level domain. By default an access table with such a key also matches all names below it (postconf(5),
 * parent_domain_matches_subdomains).
 */
function isTopLevel(key: string): boolean {
  return /^\.?[a-z][a-z0-9-]*$/i.test(key) && !/^\.?(localhost|unknown)$/i.test(key);
}

/**
 * Examines the accepting rows of a table of recipients. `postmaster@` matches this user in every domain. Keys that are complete addresses
 * or domains are assumed to be intended.
 */
function opensToRecipients({ type }: TableReference, rows: readonly TableRow[]): Opening | undefined {
  const isPattern = patternTypes.has(type);
  const whole = rows.find(({ key }) => (isPattern || type === 'static' ? fitsAll.test(key) : isTopLevel(key)));
  if (whole !== undefined) return { severity: certain, effect: relayedAnywhere('every client') };
  const user = rows.find(({ key }) => (isPattern ? !/@.*[a-z0-9]{2}/i.test(key) : key.endsWith('@')));
  if (user === undefined) return undefined;
  return {
    severity: 'warning',
    effect: `every client may send mail to ${user.key.replace(/@?$/, isPattern ? '' : '@')} at any domain through this server`,
  };
}
