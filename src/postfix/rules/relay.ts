import type { Severity } from '../../warnings.js';
import { relayByRestriction } from '../configuration/relay-by-restriction.js';
import type { Opening } from '../configuration/relay-by-table.js';
import { beforeProtection, protects, type Restriction, readRestrictions } from '../configuration/restrictions.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { relaysByCertificate } from './client-certificates.js';
import { type Draft, everyAudience, type Rule } from './rule.js';

const soundList = 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination';

/** Returns the name of the list that decides about relaying: the first one that is not empty. */
function decidingList({ settings, relayLists }: SmtpdService): string {
  return relayLists.find((parameter) => settings.value(parameter) !== '') ?? (relayLists[0] as string);
}

const unprotected: Rule = {
  id: 'R01',
  severity: 'error',
  what: 'No restriction keeps strangers from relaying',
  why: 'smtpd requires reject_unauth_destination, or a restriction like it, in one of the two lists. Without it smtpd stops with "specify at least one working instance", and the port does not answer.',
  document: 'postconf(5), smtpd_relay_restrictions',
  audiences: everyAudience,
  service: (service) => {
    const lists = service.relayLists.map((parameter) => readRestrictions(service.settings, parameter));
    if (lists.some(hasProtection)) return [];
    const parameter = service.relayLists[0] as string;
    const message = `${service.relayLists.join(' and ')} contain no reject_unauth_destination that is ever reached: smtpd stops with "specify at least one working instance", and the port does not answer`;
    return [
      {
        severity: 'error',
        parameter,
        message,
        changes: [service.set(parameter, soundList)],
        advice: `set ${parameter} = ${soundList}`,
      },
    ];
  },
};

/**
 * Checks whether smtpd finds reject_unauth_destination or a similar restriction when it starts. It ignores restrictions after an
 * unconditional permit.
 */
function hasProtection(list: readonly Restriction[]): boolean {
  for (const restriction of list) {
    if (restriction.name === 'permit') return false;
    if (protects(restriction)) return true;
  }
  return false;
}

const openRelay: Rule = {
  id: 'R02',
  severity: 'error',
  what: 'Strangers can relay: an open relay',
  why: 'A restriction before reject_unauth_destination permits unknown clients. They may send mail to any destination, and the server is soon on block lists.',
  document:
    'postconf(5), smtpd_relay_restrictions; SMTPD_ACCESS_README, "Dangerous use of smtpd_recipient_restrictions"',
  audiences: ['internet', 'networks'],
  service: (service) => {
    if (!service.admitsStrangers) return [];
    const lists = service.relayLists
      .map((parameter) => ({ parameter, list: readRestrictions(service.settings, parameter) }))
      .filter(({ list }) => list.length > 0)
      .map(({ parameter, list }) => ({ parameter, list, openings: openingsOf(service, list) }));
    // Mail must pass all lists. Therefore strangers can relay only if each list permits it, and the finding is an error only if each list
    // certainly does.
    const worst = lists.map(({ list, openings }) => (list.some(protects) ? worstOf(openings) : 'error'));
    if (worst.length === 0 || worst.includes(undefined)) return [];
    const isCertain = worst.every((severity) => severity === 'error');
    return lists.flatMap(({ parameter, list, openings }) =>
      openings.slice(0, mostOpenings).map(({ restriction, severity, effect }): Draft => {
        const name = write(restriction);
        const isError = severity === 'error' && isCertain;
        return {
          severity: isError ? 'error' : 'warning',
          parameter,
          message: `"${name}" comes before reject_unauth_destination: ${effect}`,
          // If it is uncertain whether strangers can relay, no change is proposed, because the permitted clients may be intended.
          ...(isError && { changes: [service.set(parameter, tightened(openings, list))] }),
          advice: `move "${name}" after reject_unauth_destination, unless these clients should relay`,
        };
      }),
    );
  },
};

/** Maximum number of restrictions of a list that R02 reports. */
const mostOpenings = 5;

type FoundOpening = Opening & { readonly restriction: Restriction };

function openingsOf(service: SmtpdService, list: readonly Restriction[]): FoundOpening[] {
  return beforeProtection(list).flatMap((restriction) => {
    const opening = relayByRestriction(service, restriction);
    return opening === undefined ? [] : [{ restriction, ...opening }];
  });
}

function worstOf(openings: readonly Opening[]): Severity | undefined {
  return openings.find(({ severity }) => severity === 'error')?.severity ?? openings[0]?.severity;
}

/**
 * Moves the restrictions that let strangers relay directly after the first restriction that prevents relaying, or after a new
 * reject_unauth_destination if the list has none. The others keep their order. An unconditional permit is removed, because it is the
 * default at the end of a list.
 */
function tightened(openings: readonly FoundOpening[], list: readonly Restriction[]): string {
  const opening = openings.filter(({ severity }) => severity === 'error').map(({ restriction }) => restriction);
  const moved = opening.filter(({ name }) => name !== 'permit');
  const at = list.findIndex(protects);
  const protection = { name: 'reject_unauth_destination', onlyWarns: false };
  const before = beforeProtection(list).filter((restriction) => !opening.includes(restriction));
  const after = at < 0 ? [] : list.slice(at + 1);
  return [...before, at < 0 ? protection : (list[at] as Restriction), ...moved, ...after].map(write).join(', ');
}

function write({ name, argument, onlyWarns }: Restriction): string {
  return `${onlyWarns ? 'warn_if_reject ' : ''}${name}${argument === undefined ? '' : ` ${argument}`}`;
}

const usersRefused: Rule = {
  id: 'R03',
  severity: 'error',
  what: 'Users who have logged in cannot relay',
  why: 'Login succeeds (235), and then mail to other domains is refused (554), because permit_sasl_authenticated does not come before the restriction that rejects.',
  document: 'SASL_README, "Enabling SASL authorization in the Postfix SMTP server"',
  audiences: ['internet', 'networks'],
  service: (service, others) => {
    if (!service.offersAuth || service.tlsIsAtProxy) return [];
    // A service on another port that only hosts in mynetworks can use is not meant for users, even if main.cf enables AUTH.
    if (service.audience === 'networks' && service.knownPort === undefined) return [];
    if (service.settings.isYes('smtpd_tls_req_ccert') && relaysByCertificate(service)) return [];
    const drafts = refusals(service);
    // A port for other mail servers may offer AUTH only because main.cf enables it for all services, while users have a separate port.
    return others.letUsersRelay ? drafts.map((draft) => ({ ...draft, severity: 'info' as const })) : drafts;
  },
};

const clientLists = ['smtpd_client_restrictions', 'smtpd_helo_restrictions', 'smtpd_sender_restrictions'];

/** Returns a finding for each list that refuses the mail of clients that have logged in. */
export function refusals(service: SmtpdService): Draft[] {
  return [...service.relayLists, ...clientLists].flatMap((parameter): Draft[] => {
    const list = readRestrictions(service.settings, parameter);
    const isRelayList = service.relayLists.includes(parameter);
    const stop = list.findIndex(
      ({ name, onlyWarns }) =>
        !onlyWarns && (isRelayList ? protects({ name, onlyWarns }) : name === 'reject' || name === 'defer'),
    );
    const permitted = list.findIndex(({ name }) => name === 'permit_sasl_authenticated' || name === 'permit');
    if (stop < 0 || (permitted >= 0 && permitted < stop)) return [];
    const words = list.filter(({ name }) => name !== 'permit_sasl_authenticated');
    const at = words[0]?.name === 'permit_mynetworks' ? 1 : 0;
    const value = [...words.slice(0, at), { name: 'permit_sasl_authenticated', onlyWarns: false }, ...words.slice(at)];
    return [
      {
        severity: 'error',
        parameter,
        message: `permit_sasl_authenticated does not come before ${list[stop]?.name}: users log in (235), and their mail is then refused (554)`,
        changes: [service.set(parameter, value.map(write).join(', '))],
        advice: `put permit_sasl_authenticated before ${list[stop]?.name}`,
      },
    ];
  });
}

const softRefusal: Rule = {
  id: 'R07',
  severity: 'info',
  what: 'Strangers who try to relay are asked to try again',
  why: 'defer_unauth_destination, the default, answers 454 instead of 554, so that clients try again for days. It is meant for the time until the configuration is known to work.',
  document: 'postconf(5), defer_unauth_destination',
  service: (service) => {
    const parameter = decidingList(service);
    const list = readRestrictions(service.settings, parameter);
    const first = list.find(protects);
    // The default is not reported, because most installations have it.
    if (first?.name !== 'defer_unauth_destination' || service.settings.source(parameter) === 'default') return [];
    const value = list
      .map((restriction) =>
        write(restriction === first ? { ...first, name: 'reject_unauth_destination' } : restriction),
      )
      .join(', ');
    return [
      {
        severity: 'info',
        parameter,
        message: 'strangers who try to relay get 454 instead of 554, so that they try again for days',
        changes: [service.set(parameter, value)],
        advice: 'use reject_unauth_destination instead',
      },
    ];
  },
};

export const relayRules: readonly Rule[] = [unprotected, openRelay, usersRefused, softRefusal];
