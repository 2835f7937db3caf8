import type { Severity } from '../../warnings.js';
import type { Restriction } from './restrictions.js';
import type { SmtpdService } from './smtpd-service.js';
import { splitList } from './word-list.js';

/** What a restriction opens, and to whom. */
export interface Opening {
  readonly severity: Severity;
  readonly whom: string;
}

/** Checks by something that a stranger cannot choose, or not all strangers can. */
const everyone = 'everybody';

/** Whether a restriction before the protection lets strangers relay; undefined if it does not. */
export function opensTo(service: SmtpdService, { name, argument }: Restriction): Opening | undefined {
  if (name === 'permit') return { severity: 'error', whom: everyone };
  if (name === 'permit_mx_backup') {
    const bounded = service.settings.value('permit_mx_backup_networks') !== '';
    return bounded ? undefined : { severity: 'error', whom: 'whoever lets an MX record point here' };
  }
  if (name === 'permit_naked_ip_address') return { severity: 'error', whom: everyone };
  if (name === 'permit_tls_all_clientcerts') return { severity: 'error', whom: 'everybody with any certificate' };
  if (name === 'permit_dnswl_client' || name === 'permit_rhswl_client') {
    return { severity: 'warning', whom: 'whoever is on a list that others keep' };
  }
  if (/^check_\w+_access$/.test(name) && argument !== undefined) return opensByTable(service, name, argument);
  return undefined;
}

function opensByTable(service: SmtpdService, check: string, table: string): Opening | undefined {
  const results = tableResults(service, table);
  const whom = /sender|helo|etrn/.test(check) ? 'everybody who claims a name in it' : 'whoever is in it';
  // access(5): OK, or digits only, accept; anything else does not, or is a restriction of its own.
  if (results === undefined) return { severity: 'warning', whom: `if ${table} answers OK, ${whom}` };
  const accepting = results.some((result) => /^(ok|\d+|permit)$/i.test(result.trim()));
  return accepting ? { severity: 'error', whom } : undefined;
}

/** What a table answers, as far as it can be read without Postfix; undefined if it cannot. */
function tableResults(service: SmtpdService, table: string): string[] | undefined {
  const [, type, name] = /^([a-z]+):(.*)$/s.exec(table) ?? [];
  if (type === undefined || name === undefined) return undefined;
  if (type === 'static') return [name.replace(/^\{\s*(.*?)\s*\}$/s, '$1')];
  if (type === 'inline') return splitList(splitList(name)[0] ?? '').map((rule) => rule.replace(/^[^=]*=/, ''));
  if (!/^(hash|btree|lmdb|cdb|dbm|texthash|cidr|regexp|pcre)$/.test(type)) return undefined;
  const file = service.file(name);
  if (file === undefined) return undefined;
  const text = Buffer.from(file.bytes).toString('latin1');
  // key, white space, result; patterns hold no blank that matters here, for a doubtful one is only read as another result.
  return text.split('\n').flatMap((line) => /^[^#\s]\S*\s+(.*)$/.exec(line)?.[1] ?? []);
}
