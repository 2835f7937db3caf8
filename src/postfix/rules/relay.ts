import { opensTo } from '../configuration/open-relay.js';
import { protects, type Restriction, readRestrictions } from '../configuration/restrictions.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';
import { networkRules } from './networks.js';
import type { ServiceRule } from './rule.js';

const soundList = 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination';

/** The list in which relaying is decided: the first one that is not empty. */
function decidingList({ settings, relayLists }: SmtpdService): string {
  return relayLists.find((parameter) => settings.value(parameter) !== '') ?? (relayLists[0] as string);
}

/** R01: nothing keeps strangers out, so smtpd refuses to run. */
const unprotected: ServiceRule = (service) => {
  const lists = service.relayLists.map((parameter) => readRestrictions(service.settings, parameter));
  if (lists.some(hasProtection)) return [];
  const parameter = service.relayLists[0] as string;
  const message = `${service.relayLists.join(' and ')} have no reject_unauth_destination that is ever reached: smtpd stops with "specify at least one working instance", and the port answers nothing`;
  return [service.found('R01', 'error', parameter, message, service.set(parameter, soundList))];
};

/** As smtpd looks for it at its start: nothing behind a bare permit counts. */
function hasProtection(list: readonly Restriction[]): boolean {
  for (const restriction of list) {
    if (restriction.name === 'permit') return false;
    if (protects(restriction)) return true;
  }
  return false;
}

/** R02: strangers are let through before they are turned away. */
const openRelay: ServiceRule = (service) => {
  const lists = service.relayLists
    .map((parameter) => ({ parameter, list: readRestrictions(service.settings, parameter) }))
    .filter(({ list }) => list.length > 0);
  // Mail passes only if every list lets it pass: one that is tight is enough.
  if (lists.length === 0 || lists.some(({ list }) => list.some(protects) && openings(service, list).length === 0))
    return [];
  return lists.flatMap(({ parameter, list }): Finding[] => {
    const [worst] = openings(service, list);
    if (worst === undefined) return [];
    const { restriction, severity, whom } = worst;
    const name = [restriction.name, restriction.argument].filter((word) => word !== undefined).join(' ');
    const message = `"${name}" stands before reject_unauth_destination: ${whom} may send mail to anybody through this server, an open relay`;
    return [service.found('R02', severity, parameter, message, service.set(parameter, tightened(service, list)))];
  });
};

function openings(service: SmtpdService, list: readonly Restriction[]) {
  const found = [];
  for (const restriction of list) {
    if (protects(restriction)) break;
    const opening = opensTo(service, restriction);
    if (opening !== undefined) found.push({ restriction, ...opening });
  }
  return found.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
}

/** The same list with everything that opens moved behind the protection, where it can do no harm. */
function tightened(service: SmtpdService, list: readonly Restriction[]): string {
  const opening = openings(service, list).map(({ restriction }) => restriction);
  const kept = list.filter((restriction) => !opening.includes(restriction) && !protects(restriction));
  const protection = list.find(
    (restriction) => protects(restriction) && restriction.name.endsWith('_unauth_destination'),
  );
  const after = opening.filter(({ name }) => name !== 'permit');
  return [...kept, protection ?? { name: 'reject_unauth_destination', onlyWarns: false }, ...after]
    .map(write)
    .join(', ');
}

function write({ name, argument, onlyWarns }: Restriction): string {
  return `${onlyWarns ? 'warn_if_reject ' : ''}${name}${argument === undefined ? '' : ` ${argument}`}`;
}

/** R03: users who have logged in are turned away like strangers. */
const usersTurnedAway: ServiceRule = (service) => {
  if (!service.offersAuth || service.settings.isYes('smtpd_tls_req_ccert')) return [];
  const always = ['smtpd_client_restrictions', 'smtpd_helo_restrictions', 'smtpd_sender_restrictions'];
  return [...service.relayLists, ...always].flatMap((parameter) => {
    const list = readRestrictions(service.settings, parameter);
    const isRelayList = service.relayLists.includes(parameter);
    const stop = list.findIndex(
      ({ name, onlyWarns }) =>
        !onlyWarns && (isRelayList ? protects({ name, onlyWarns }) : name === 'reject' || name === 'defer'),
    );
    const permitted = list.findIndex(({ name }) => name === 'permit_sasl_authenticated' || name === 'permit');
    if (stop < 0 || (permitted >= 0 && permitted < stop)) return [];
    const message = `permit_sasl_authenticated is not there before ${list[stop]?.name}: users log in (235), and then may send no mail (554)`;
    const words = list.filter(({ name }) => name !== 'permit_sasl_authenticated');
    const at = words[0]?.name === 'permit_mynetworks' ? 1 : 0;
    const mended = [...words.slice(0, at), { name: 'permit_sasl_authenticated', onlyWarns: false }, ...words.slice(at)];
    return [service.found('R03', 'error', parameter, message, service.set(parameter, mended.map(write).join(', ')))];
  });
};

/** R06: mail to users who do not exist is taken. */
const unknownUsersTaken: ServiceRule = (service) => {
  const { settings } = service;
  if (settings.value('mydestination') === '' || settings.value('local_recipient_maps') !== '') return [];
  if (settings.source('local_recipient_maps') === 'default') return [];
  const message =
    'mail to users who do not exist is accepted and sent back later, to senders who are mostly forged: backscatter, for which servers get blocked';
  const isVirtual =
    settings.value('local_transport').startsWith('virtual') && settings.value('virtual_mailbox_maps') !== '';
  const wanted = isVirtual ? '$virtual_mailbox_maps' : 'proxy:unix:passwd.byname $alias_maps';
  return [
    service.found('R06', 'warning', 'local_recipient_maps', message, service.set('local_recipient_maps', wanted)),
  ];
};

/** R07: strangers are put off instead of turned away. */
const softRefusal: ServiceRule = (service) => {
  const parameter = decidingList(service);
  const list = readRestrictions(service.settings, parameter);
  const first = list.find(protects);
  if (first?.name !== 'defer_unauth_destination') return [];
  const message = 'strangers who try to relay get 454 instead of 554, so they try again for days';
  const mended = list.map((restriction) =>
    write(restriction === first ? { ...first, name: 'reject_unauth_destination' } : restriction),
  );
  return [service.found('R07', 'info', parameter, message, service.set(parameter, mended.join(', ')))];
};

export const relayRules: readonly ServiceRule[] = [
  unprotected,
  openRelay,
  usersTurnedAway,
  ...networkRules,
  unknownUsersTaken,
  softRefusal,
];
