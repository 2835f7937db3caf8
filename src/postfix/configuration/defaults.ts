import type { PostfixVersion } from './version.js';

/**
 * Defaults that do not depend on the version of Postfix, or whose differences do not change the result of a rule (postconf(5), "default").
 */
const always: Readonly<Record<string, string>> = {
  alias_maps: 'hash:/etc/aliases',
  allow_untrusted_routing: 'no',
  compatibility_level: '0',
  config_directory: '/etc/postfix',
  inet_interfaces: 'all',
  lmtp_tls_key_file: '$lmtp_tls_cert_file',
  local_recipient_maps: 'proxy:unix:passwd.byname $alias_maps',
  local_transport: 'local:$myhostname',
  mail_owner: 'postfix',
  mydestination: '$myhostname, localhost.$mydomain, localhost',
  myorigin: '$myhostname',
  parent_domain_matches_subdomains:
    'debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps',
  queue_directory: '/var/spool/postfix',
  smtp_tls_ciphers: 'medium',
  smtp_tls_key_file: '$smtp_tls_cert_file',
  smtp_tls_mandatory_ciphers: 'medium',
  smtpd_delay_reject: 'yes',
  smtpd_sasl_application_name: 'smtpd',
  smtpd_sasl_auth_enable: 'no',
  smtpd_sasl_path: 'smtpd',
  smtpd_sasl_security_options: 'noanonymous',
  smtpd_sasl_tls_security_options: '$smtpd_sasl_security_options',
  smtpd_sasl_type: 'cyrus',
  smtpd_tls_auth_only: 'no',
  smtpd_tls_ciphers: 'medium',
  smtpd_tls_dkey_file: '$smtpd_tls_dcert_file',
  smtpd_tls_eckey_file: '$smtpd_tls_eccert_file',
  smtpd_tls_key_file: '$smtpd_tls_cert_file',
  smtpd_tls_mandatory_ciphers: 'medium',
  postscreen_tls_security_level: '$smtpd_tls_security_level',
  tls_append_default_CA: 'no',
  // The cipher lists of 3.7. Those of other versions select the same suites of OpenSSL 3. OpenSSL ignores words for ciphers that it does
  // not have.
  tls_export_cipherlist: 'aNULL:-aNULL:HIGH:MEDIUM:LOW:EXPORT:+RC4:@STRENGTH',
  tls_high_cipherlist: 'aNULL:-aNULL:HIGH:@STRENGTH',
  tls_low_cipherlist: 'aNULL:-aNULL:HIGH:MEDIUM:LOW:+RC4:@STRENGTH',
  tls_medium_cipherlist: 'aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH',
  tls_null_cipherlist: 'eNULL:!aNULL',
};

const relayList = 'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination';

/**
 * Returns the defaults of a version, not expanded. Those of myhostname, mydomain and mynetworks are not included, because they depend on
 * the machine.
 */
export function defaultParameters(version: PostfixVersion): ReadonlyMap<string, string> {
  return new Map([...Object.entries(always), ...Object.entries(versioned(version))]);
}

/** Returns the defaults that differ between versions (COMPATIBILITY_README, release notes). */
function versioned(version: PostfixVersion): Record<string, string> {
  // 2.10 moved the relay restrictions from smtpd_recipient_restrictions to smtpd_relay_restrictions.
  if (!version.isAtLeast(2, 10)) {
    return {
      ...before3,
      smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination',
    };
  }
  if (!version.isAtLeast(3, 0)) return { ...before3, smtpd_relay_restrictions: relayList };
  // Postfix 3.6 added operators that compare levels. Before 3.6, levels were compared as numbers.
  const less = version.isAtLeast(3, 6) ? '<level' : '<';
  return {
    smtpd_relay_restrictions: `\${{$compatibility_level} ${less} {1} ? {} : {${relayList}}}`,
    mynetworks_style: `\${{$compatibility_level} ${less} {2} ? {subnet} : {host}}`,
    relay_domains: `\${{$compatibility_level} ${less} {2} ? {$mydestination} : {}}`,
    smtpd_tls_fingerprint_digest: version.isAtLeast(3, 6)
      ? `\${{$compatibility_level} ${less} {3.6} ? {md5} : {sha256}}`
      : 'md5',
  };
}

const before3 = {
  mynetworks_style: 'subnet',
  relay_domains: '$mydestination',
  smtpd_tls_fingerprint_digest: 'md5',
} as const;

/** Parameter names with which a misspelt name is compared, in addition to those in the output of `postconf -d`, if that is available. */
export const knownParameters: readonly string[] = [
  ...Object.keys(always),
  ...[
    'alias_database',
    'append_dot_mydomain',
    'biff',
    'broken_sasl_auth_clients',
    'content_filter',
    'cyrus_sasl_config_path',
    'data_directory',
    'header_checks',
    'home_mailbox',
    'inet_protocols',
    'mailbox_command',
    'mailbox_size_limit',
    'mailbox_transport',
    'maillog_file',
    'message_size_limit',
    'milter_default_action',
    'mydomain',
    'myhostname',
    'mynetworks',
    'mynetworks_style',
    'non_smtpd_milters',
    'proxy_read_maps',
    'recipient_delimiter',
    'relay_clientcerts',
    'relay_domains',
    'relay_recipient_maps',
    'relayhost',
    'sender_dependent_relayhost_maps',
    'smtp_sasl_auth_enable',
    'smtp_sasl_password_maps',
    'smtp_sasl_security_options',
    'smtp_sasl_tls_security_options',
    'smtp_tls_CAfile',
    'smtp_tls_CApath',
    'smtp_tls_cert_file',
    'smtp_tls_chain_files',
    'smtp_tls_exclude_ciphers',
    'smtp_tls_fingerprint_digest',
    'smtp_tls_loglevel',
    'smtp_tls_mandatory_exclude_ciphers',
    'smtp_tls_mandatory_protocols',
    'smtp_tls_note_starttls_offer',
    'smtp_tls_policy_maps',
    'smtp_tls_protocols',
    'smtp_tls_security_level',
    'smtp_tls_session_cache_database',
    'smtp_tls_wrappermode',
    'smtpd_banner',
    'smtpd_client_restrictions',
    'smtpd_data_restrictions',
    'smtpd_helo_required',
    'smtpd_helo_restrictions',
    'smtpd_milters',
    'smtpd_recipient_restrictions',
    'smtpd_relay_restrictions',
    'smtpd_restriction_classes',
    'smtpd_sasl_authenticated_header',
    'smtpd_sasl_local_domain',
    'smtpd_sender_login_maps',
    'smtpd_sender_restrictions',
    'smtpd_tls_CAfile',
    'smtpd_tls_CApath',
    'smtpd_tls_always_issue_session_ids',
    'smtpd_tls_ask_ccert',
    'smtpd_tls_ccert_verifydepth',
    'smtpd_tls_cert_file',
    'smtpd_tls_chain_files',
    'smtpd_tls_dcert_file',
    'smtpd_tls_dh1024_param_file',
    'smtpd_tls_eccert_file',
    'smtpd_tls_eecdh_grade',
    'smtpd_tls_exclude_ciphers',
    'smtpd_tls_fingerprint_digest',
    'smtpd_tls_loglevel',
    'smtpd_tls_mandatory_exclude_ciphers',
    'smtpd_tls_mandatory_protocols',
    'smtpd_tls_protocols',
    'smtpd_tls_received_header',
    'smtpd_tls_req_ccert',
    'smtpd_tls_security_level',
    'smtpd_tls_session_cache_database',
    'smtpd_tls_wrappermode',
    'smtpd_use_tls',
    'tls_preempt_cipherlist',
    'tls_random_source',
    'tls_server_sni_maps',
    'tls_ssl_options',
    'transport_maps',
    'virtual_alias_domains',
    'virtual_alias_maps',
    'virtual_mailbox_base',
    'virtual_mailbox_domains',
    'virtual_mailbox_maps',
    'virtual_transport',
  ],
];
