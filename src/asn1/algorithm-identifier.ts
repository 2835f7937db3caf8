import type { Asn1Element } from './element.js';

/** AlgorithmIdentifier (RFC 5280 4.1.1.2). */
export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters?: Asn1Element;
}

export function readAlgorithmIdentifier(element: Asn1Element, what: string): AlgorithmIdentifier {
  const [oid, parameters] = element.sequence(what);
  if (oid === undefined) throw element.malformed(`${what}: empty`);
  return { oid: oid.oid(what), ...(parameters && { parameters }) };
}
