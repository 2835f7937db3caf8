import { editDistance } from '../../bytes/edit-distance.js';
import type { Change } from '../configuration/change.js';
import { knownParameters } from '../configuration/defaults.js';
import { parseParameters } from '../configuration/main-cf.js';
import type { Site } from '../configuration/site.js';
import type { Draft, Rule } from './rule.js';

/** Maximum edit distance of a name that is proposed for a misspelt one. Two allows for an extra letter together with a wrong one. */
const nearDistance = 2;

const unused: Rule = {
  id: 'T08',
  severity: 'warning',
  what: 'main.cf sets a parameter that Postfix does not use',
  why: 'postconf calls it an unused parameter and ignores it. Often the name is misspelt, and the intended parameter keeps its default.',
  document: 'postconf(1), "-n"',
  site: (site) =>
    [...site.unusedParameters].flatMap(([name, value]): Draft[] => {
      // T04 reports this parameter in more detail.
      if (name === 'smtpd_tls_chain_files' && !site.version.isAtLeast(3, 4)) return [];
      const near = ofTransport(name) ? undefined : nearestName(site, name);
      if (near === undefined)
        return [
          {
            severity: 'info',
            parameter: name,
            message: ofTransport(name)
              ? `Postfix uses this parameter only for a service of that name, and master.cf has none`
              : `Postfix ${site.version.text} does not use this parameter and ignores it`,
            // Another program may read the parameter, or a service in master.cf that is commented out may use it.
            advice: `remove ${name} from main.cf if nothing else uses it`,
          },
        ];
      const isFree = site.main.source(near) === 'default';
      const remove: Change = { kind: 'remove', names: [name] };
      return [
        {
          severity: 'warning',
          parameter: name,
          message: `Postfix ${site.version.text} does not use this parameter and ignores it; the nearest name that it knows is ${near}`,
          changes: isFree ? [remove, { kind: 'set', name: near, value }] : [remove],
          advice: isFree ? `rename it to ${near}` : `remove it; ${near} is set already`,
        },
      ];
    }),
};

/**
 * Matches the end of parameters that exist for every transport of master.cf, after the name of the transport (postconf(5), "transport_…").
 */
const transportParameter =
  /_(destination_(concurrency|recipient|rate)_\w+|delivery_slot_\w+|minimum_delivery_slots|(extra_)?recipient_limit|recipient_refill_\w+|initial_destination_concurrency|transport_rate_delay|time_limit)$/;

function ofTransport(name: string): boolean {
  return transportParameter.test(name);
}

/** Cached results for the parameter names of an installation, because T08 is examined again for each change that is tried. */
interface Names {
  readonly known: ReadonlySet<string>;
  readonly nearest: Map<string, string | undefined>;
}

const namesOf = new WeakMap<object, Names>();

function nearestName({ installation }: Site, name: string): string | undefined {
  const names = namesOf.get(installation) ?? {
    known: new Set([...knownParameters, ...parseParameters(installation.defaults ?? '').keys()]),
    nearest: new Map(),
  };
  namesOf.set(installation, names);
  if (!names.nearest.has(name)) names.nearest.set(name, findNearest(names.known, name));
  return names.nearest.get(name);
}

/**
 * Returns the known name with the smallest edit distance, which may be at most {@link nearDistance} and at most a quarter of the length of
 * `name`.
 */
function findNearest(names: ReadonlySet<string>, name: string): string | undefined {
  let best: string | undefined;
  let least = Math.min(nearDistance, Math.floor(name.length / 4)) + 1;
  for (const known of names) {
    if (Math.abs(known.length - name.length) >= least) continue;
    const edits = editDistance(normalized(name), normalized(known), least);
    if (edits < least) [best, least] = [known, edits];
  }
  return best;
}

/** Normalizes a name. Names that differ only in case, or in hyphens instead of underscores, become equal. */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/**
 * Deprecated parameters, with the version from which postconf warns about them, and their replacement (DEPRECATION_README). Those for the TLS
 * level of smtpd are examined by T06.
 */
const deprecated: Readonly<Record<string, readonly [major: number, minor: number, instead: string]>> = {
  authorized_verp_clients: [3, 11, 'smtpd_authorized_verp_clients'],
  disable_dns_lookups: [3, 9, 'smtp_dns_support_level'],
  fallback_relay: [3, 11, 'smtp_fallback_relay'],
  lmtp_enforce_tls: [3, 9, 'lmtp_tls_security_level'],
  lmtp_tls_enforce_peername: [3, 11, 'lmtp_tls_security_level'],
  lmtp_tls_per_site: [3, 9, 'lmtp_tls_policy_maps'],
  lmtp_use_tls: [3, 9, 'lmtp_tls_security_level'],
  postscreen_blacklist_action: [3, 11, 'postscreen_denylist_action'],
  postscreen_dnsbl_ttl: [3, 11, 'postscreen_dnsbl_max_ttl'],
  postscreen_dnsbl_whitelist_threshold: [3, 11, 'postscreen_dnsbl_allowlist_threshold'],
  postscreen_enforce_tls: [3, 9, 'postscreen_tls_security_level'],
  postscreen_use_tls: [3, 9, 'postscreen_tls_security_level'],
  postscreen_whitelist_interfaces: [3, 11, 'postscreen_allowlist_interfaces'],
  smtp_enforce_tls: [3, 9, 'smtp_tls_security_level'],
  smtp_tls_enforce_peername: [3, 11, 'smtp_tls_security_level'],
  smtp_tls_per_site: [3, 9, 'smtp_tls_policy_maps'],
  smtp_use_tls: [3, 9, 'smtp_tls_security_level'],
  smtpd_client_connection_limit_exceptions: [3, 11, 'smtpd_client_event_limit_exceptions'],
  smtpd_tls_dh1024_param_file: [3, 9, 'nothing: Postfix chooses the groups itself'],
  smtpd_tls_eecdh_grade: [3, 9, 'nothing: Postfix chooses the curves itself'],
  tlsproxy_client_enforce_tls: [3, 9, 'tlsproxy_client_security_level'],
  tlsproxy_client_level: [3, 11, 'tlsproxy_client_security_level'],
  tlsproxy_client_per_site: [3, 9, 'tlsproxy_client_policy_maps'],
  tlsproxy_client_policy: [3, 11, 'tlsproxy_client_policy_maps'],
  tlsproxy_client_use_tls: [3, 9, 'tlsproxy_client_security_level'],
  tlsproxy_enforce_tls: [3, 9, 'tlsproxy_tls_security_level'],
  tlsproxy_use_tls: [3, 9, 'tlsproxy_tls_security_level'],
  virtual_maps: [3, 11, 'virtual_alias_maps'],
};

/** Checks whether a deprecated parameter can be removed, because it has no replacement, or main.cf sets the replacement. */
function isRemovable(site: Site, instead: string): boolean {
  return instead.startsWith('nothing') || site.main.source(instead) === 'main';
}

const outdated: Rule = {
  id: 'T09',
  severity: 'info',
  what: 'main.cf sets a deprecated parameter',
  why: 'postconf warns about it, and a later version of Postfix will not know it.',
  document: 'DEPRECATION_README',
  site: (site) =>
    Object.entries(deprecated).flatMap(([name, [major, minor, instead]]): Draft[] => {
      if (!site.version.isAtLeast(major, minor) || site.main.source(name) !== 'main') return [];
      return [
        {
          severity: 'info',
          parameter: name,
          message: instead.startsWith('nothing: ')
            ? `this parameter is deprecated: ${instead.slice('nothing: '.length)}`
            : `this parameter is deprecated; its replacement is ${instead}`,
          ...(isRemovable(site, instead) && { changes: [{ kind: 'remove', names: [name] } as const] }),
          advice: instead.startsWith('nothing') ? `remove ${name}` : `use ${instead} and remove ${name}`,
        },
      ];
    }),
};

export const parameterRules: readonly Rule[] = [unused, outdated];
