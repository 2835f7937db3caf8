import type { SmtpdService } from '../configuration/smtpd-service.js';
import { relaysByCertificate } from './client-certificates.js';
import { refusals } from './relay.js';
import type { OtherServices } from './rule.js';

type Fact = Exclude<keyof OtherServices, 'exist'>;

/** Tests of a single service. {@link OtherServices} states for each test whether at least one of the other services passes it. */
const tests: Readonly<Record<Fact, (service: SmtpdService) => boolean>> = {
  offerAuth: ({ offersAuth }) => offersAuth,
  offerAuthToInternet: ({ offersAuth, audience }) => offersAuth && audience === 'internet',
  letUsersRelay: (service) => service.offersAuth && service.audience === 'internet' && refusals(service).length === 0,
  protectPasswords: ({ offersAuth, requiresTls, settings }) =>
    offersAuth && (requiresTls || settings.isYes('smtpd_tls_auth_only')),
  relayByCertificate: relaysByCertificate,
};
const facts = Object.keys(tests) as readonly Fact[];

/**
 * The results of the tests of each service, as a number with one bit per test. Numbers can be combined fast for each change that is tried.
 */
const known = new WeakMap<SmtpdService, number>();

function factsOf(service: SmtpdService): number {
  const found =
    known.get(service) ?? facts.reduce((bits, fact, i) => (tests[fact](service) ? bits | (1 << i) : bits), 0);
  known.set(service, found);
  return found;
}

/** Returns a function that describes, for one of the services, all others. Equal descriptions are the same object. */
export function describeOthers(services: readonly SmtpdService[]): (service: SmtpdService) => OtherServices {
  let ofAny = 0;
  let ofSeveral = 0;
  for (const service of services) {
    const own = factsOf(service);
    ofSeveral |= ofAny & own;
    ofAny |= own;
  }
  return (service) => description(services.length > 1, ofSeveral | (ofAny & ~factsOf(service)));
}

const descriptions = new Map<number, OtherServices>();

function description(exist: boolean, bits: number): OtherServices {
  const key = exist ? bits | (1 << facts.length) : bits;
  const holds = (fact: Fact) => (bits & (1 << facts.indexOf(fact))) !== 0;
  const found = descriptions.get(key) ?? {
    exist,
    offerAuth: holds('offerAuth'),
    offerAuthToInternet: holds('offerAuthToInternet'),
    letUsersRelay: holds('letUsersRelay'),
    protectPasswords: holds('protectPasswords'),
    relayByCertificate: holds('relayByCertificate'),
  };
  descriptions.set(key, found);
  return found;
}
