import { readRestrictions } from '../configuration/restrictions.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Draft, Rule } from './rule.js';

const untrustedRouting: Rule = {
  id: 'R05',
  severity: 'error',
  what: 'Strangers can relay to domains that are not served here',
  why: 'allow_untrusted_routing accepts user@elsewhere@here. relay_domains accepts mail for every domain in it, and below it if parent_domain_matches_subdomains names relay_domains.',
  document: 'postconf(5), allow_untrusted_routing and relay_domains',
  service: (service) => {
    if (!service.admitsStrangers) return [];
    const parameter = 'allow_untrusted_routing';
    const drafts: Draft[] = [];
    if (service.settings.isYes(parameter))
      drafts.push({
        severity: 'error',
        parameter,
        message:
          'strangers can relay by writing the route into the address: user@elsewhere@here is sent on to user@elsewhere',
        changes: [service.set(parameter, 'no')],
        advice: `set ${parameter} = no`,
      });
    return [...drafts, ...wideRelayDomains(service)];
  },
};

function wideRelayDomains(service: SmtpdService): Draft[] {
  const { settings } = service;
  const parameter = 'relay_domains';
  const domains = settings.list(parameter).map((domain) => domain.toLowerCase());
  const local = new Set(settings.list('mydestination').map((name) => name.toLowerCase()));
  const isOwn = (domain: string) => local.has(domain);
  const coversSubdomains = settings.list('parent_domain_matches_subdomains').includes(parameter);
  // Checks for a single label that covers all domains below it: `.com`, or `com` if parent_domain_matches_subdomains names relay_domains.
  const isTopLevel = (domain: string) =>
    (domain.startsWith('.') || coversSubdomains) &&
    /^\.?[a-z][a-z0-9-]+$/.test(domain) &&
    !isOwn(domain) &&
    !localNames.has(domain);
  const whole = domains.find((domain) => domain.startsWith('static:') || isTopLevel(domain));
  if (whole !== undefined) {
    const value = domains.filter((domain) => domain !== whole).join(', ');
    return [
      {
        severity: 'error',
        parameter,
        message: `"${whole}" lets strangers send mail to ${whole.startsWith('static:') ? 'every domain' : `every domain below ${whole}`} through this server`,
        changes: [service.set(parameter, value)],
        advice: `list the domains one by one in ${parameter}`,
      },
    ];
  }
  const own = domains.find((domain) => domain.includes('.') && isOwn(domain));
  if (!coversSubdomains || own === undefined || settings.source(parameter) === 'default') return [];
  return [
    {
      severity: 'info',
      parameter,
      message: `${own} is a local domain: in ${parameter} it only makes this server accept mail for hosts below it (parent_domain_matches_subdomains)`,
      changes: [service.set(parameter, domains.filter((domain) => !isOwn(domain)).join(', '))],
      advice: `remove ${own} from ${parameter} unless mail for hosts below it is relayed`,
    },
  ];
}

const localNames = new Set(['localhost', 'localdomain', 'local', 'lan', 'home', 'internal']);

const unknownUsersAccepted: Rule = {
  id: 'R06',
  severity: 'warning',
  what: 'Mail to users who do not exist is accepted',
  why: 'It is accepted and returned later, to senders who are mostly forged: backscatter, for which servers are put on block lists.',
  document: 'LOCAL_RECIPIENT_README; postconf(5), local_recipient_maps',
  service: (service) => {
    const { settings } = service;
    const parameter = 'local_recipient_maps';
    if (!service.admitsStrangers) return [];
    // Mail servers do not send mail for localhost to other hosts.
    const domains = settings.list('mydestination').filter((domain) => !/^localhost(\.|$)/i.test(domain));
    if (domains.length === 0 || settings.value(parameter) !== '') return [];
    // luser_relay receives the mail for unknown users, and reject_unverified_recipient asks the next server about a recipient. In both
    // cases no bounce is sent later.
    if (settings.value('luser_relay') !== '' || isVerified(service)) return [];
    const [transport = ''] = settings.value('local_transport').split(':');
    const elsewhere = ['mailbox_transport', 'fallback_transport', 'mailbox_transport_maps'].some(
      (name) => settings.value(name) !== '',
    );
    const value =
      transport === 'virtual' && settings.value('virtual_mailbox_maps') !== ''
        ? '$virtual_mailbox_maps'
        : transport === 'local' && !elsewhere
          ? 'proxy:unix:passwd.byname $alias_maps'
          : undefined;
    return [
      {
        severity: 'warning',
        parameter,
        message: 'mail to users who do not exist is accepted and returned later, to senders who are mostly forged',
        ...(value !== undefined && { changes: [service.set(parameter, value)] }),
        advice: `set ${parameter} to tables that list the users, or add reject_unverified_recipient to smtpd_recipient_restrictions`,
      },
    ];
  },
};

function isVerified({ settings }: SmtpdService): boolean {
  const lists = ['smtpd_recipient_restrictions', 'smtpd_relay_restrictions', 'smtpd_data_restrictions'];
  return lists.some((parameter) =>
    readRestrictions(settings, parameter).some(
      ({ name, onlyWarns }) => !onlyWarns && name === 'reject_unverified_recipient',
    ),
  );
}

export const destinationRules: readonly Rule[] = [untrustedRouting, unknownUsersAccepted];
