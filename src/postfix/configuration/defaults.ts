import type { PostfixVersion } from './version.js';

/** What holds in every version that knows the parameter (postconf(5), "default"). */
const always: Readonly<Record<string, string>> = {
  alias_maps: 'hash:/etc/aliases',
  allow_untrusted_routing: 'no',
  compatibility_level: '0',
  config_directory: '/etc/postfix',
  inet_interfaces: 'all',
  local_recipient_maps: 'proxy:unix:passwd.byname $alias_maps',
  local_transport: 'local:$myhostname',
  mail_owner: 'postfix',
  mydestination: '$myhostname, localhost.$mydomain, localhost',
  myorigin: '$myhostname',
  parent_domain_matches_subdomains:
    'debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps',
  queue_directory: '/var/spool/postfix',
  smtpd_delay_reject: 'yes',
  smtpd_sasl_application_name: 'smtpd',
  smtpd_sasl_auth_enable: 'no',
  smtpd_sasl_path: 'smtpd',
  smtpd_sasl_security_options: 'noanonymous',
  smtpd_sasl_tls_security_options: '$smtpd_sasl_security_options',
  smtpd_sasl_type: 'cyrus',
  smtpd_tls_auth_only: 'no',
  smtpd_tls_dkey_file: '$smtpd_tls_dcert_file',
  smtpd_tls_eckey_file: '$smtpd_tls_eccert_file',
  smtpd_tls_key_file: '$smtpd_tls_cert_file',
};

const relayList = 'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination';

/** Defaults as Postfix writes them, not expanded. Names of hosts and networks are not among them: they are the machine's. */
export function defaultParameters(version: PostfixVersion): ReadonlyMap<string, string> {
  return new Map([...Object.entries(always), ...Object.entries(versioned(version))]);
}

/** What changed between versions, in the words of the releases themselves: COMPATIBILITY_README and the release notes. */
function versioned(version: PostfixVersion): Record<string, string> {
  // 2.10 took relaying out of smtpd_recipient_restrictions.
  if (!version.isAtLeast(2, 10)) {
    return {
      ...before3,
      smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination',
    };
  }
  if (!version.isAtLeast(3, 0)) return { ...before3, smtpd_relay_restrictions: relayList };
  // 3.6 brought operators that compare levels rather than numbers.
  const less = version.isAtLeast(3, 6) ? '<level' : '<';
  return {
    smtpd_relay_restrictions: `\${{$compatibility_level} ${less} {1} ? {} : {${relayList}}}`,
    mynetworks_style: `\${{$compatibility_level} ${less} {2} ? {subnet} : {host}}`,
    relay_domains: `\${{$compatibility_level} ${less} {2} ? {$mydestination} : {}}`,
  };
}

const before3 = { mynetworks_style: 'subnet', relay_domains: '$mydestination' } as const;
