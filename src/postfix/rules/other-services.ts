import type { SmtpdService } from '../configuration/smtpd-service.js';
import { relaysByCertificate } from './client-certificates.js';
import { refusals } from './relay.js';
import type { OtherServices } from './rule.js';

type Fact = Exclude<keyof OtherServices, 'exist'>;

/** Determines for one service what {@link OtherServices} says about several. */
const tests: Readonly<Record<Fact, (service: SmtpdService) => boolean>> = {
  offerAuth: ({ offersAuth }) => offersAuth,
  offerAuthToInternet: ({ offersAuth, audience }) => offersAuth && audience === 'internet',
  letUsersRelay: (service) => service.offersAuth && service.audience === 'internet' && refusals(service).length === 0,
  protectPasswords: ({ offersAuth, requiresTls, settings }) =>
    offersAuth && (requiresTls || settings.isYes('smtpd_tls_auth_only')),
  relayByCertificate: relaysByCertificate,
};
const facts = Object.keys(tests) as readonly Fact[];

const known = new WeakMap<SmtpdService, ReadonlySet<Fact>>();

/** Returns the facts that hold for a service. They are determined only once, because they never change. */
function factsOf(service: SmtpdService): ReadonlySet<Fact> {
  const found = known.get(service) ?? new Set(facts.filter((fact) => tests[fact](service)));
  known.set(service, found);
  return found;
}

/** Returns a function that tells for each of the services what is known about the others. It takes the same time for any number of them. */
export function describeOthers(services: readonly SmtpdService[]): (service: SmtpdService) => OtherServices {
  const counts = new Map<Fact, number>(facts.map((fact) => [fact, 0]));
  for (const service of services)
    for (const fact of factsOf(service)) counts.set(fact, (counts.get(fact) as number) + 1);
  return (service) => {
    const own = factsOf(service);
    const isTrue = (fact: Fact) => (counts.get(fact) as number) > (own.has(fact) ? 1 : 0);
    return {
      exist: services.length > 1,
      offerAuth: isTrue('offerAuth'),
      offerAuthToInternet: isTrue('offerAuthToInternet'),
      letUsersRelay: isTrue('letUsersRelay'),
      protectPasswords: isTrue('protectPasswords'),
      relayByCertificate: isTrue('relayByCertificate'),
    };
  };
}
