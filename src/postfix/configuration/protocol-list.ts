import type { PostfixVersion } from './version.js';

/** The versions of SSL and TLS from the oldest on, as Postfix spells them (postconf(5), smtpd_tls_protocols). */
const protocols = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/**
 * Versions that the OpenSSL packages of current distributions enable and clients support (RFC 6176, RFC 7568 and RFC 8996 forbid the
 * others).
 */
const usable: ReadonlySet<string> = new Set(['TLSv1.2', 'TLSv1.3']);

interface ProtocolList {
  /** The allowed versions with which a handshake can succeed. */
  readonly usable: readonly string[];
  /** A word that this release of Postfix refuses, such as an unknown version or operator. With such a word, TLS does not work at all. */
  readonly invalid?: string;
}

/**
 * Reads a list of protocols. `!X` excludes a version, and `>=X` and `<=X` (since 3.6) are bounds; the last bound of each kind applies. If
 * versions are listed without an operator, only these are included.
 */
export function readProtocols(value: string, version: PostfixVersion): ProtocolList {
  const included = new Set<string>();
  const excluded = new Set<string>();
  let [lowest, highest] = [0, protocols.length - 1];
  for (const word of value.split(/[\s,:]+/).filter((each) => each !== '')) {
    const [, operator = '', name = ''] = /^(!|>=|<=)?(.*)$/.exec(word) ?? [];
    if (operator === '>=' || operator === '<=') {
      const bound = version.isAtLeast(3, 6) ? readBound(name) : undefined;
      if (bound === undefined) return { usable: [], invalid: word };
      if (operator === '>=') lowest = bound === 'none' ? 0 : bound;
      else highest = bound === 'none' ? protocols.length - 1 : bound;
      continue;
    }
    const protocol = protocols[positionOf(name)];
    if (protocol === undefined) return { usable: [], invalid: word };
    if (operator === '!') excluded.add(protocol);
    else included.add(protocol);
  }
  const allowed = protocols.filter(
    (name, i) => i >= lowest && i <= highest && !excluded.has(name) && (included.size === 0 || included.has(name)),
  );
  return { usable: allowed.filter((name) => usable.has(name)) };
}

function positionOf(name: string): number {
  return protocols.findIndex((protocol) => protocol.toLowerCase() === name.toLowerCase());
}

/** The protocol numbers that OpenSSL accepts as bounds (RFC 8446 4.1.2), with the versions that they mean. SSLv2 cannot be a bound. */
const protocolNumbers: ReadonlyMap<number, (typeof protocols)[number]> = new Map([
  [0x300, 'SSLv3'],
  [0x301, 'TLSv1'],
  [0x302, 'TLSv1.1'],
  [0x303, 'TLSv1.2'],
  [0x304, 'TLSv1.3'],
]);

/** Postfix stores a protocol number in a C `int` and refuses a larger one. */
const largestNumber = 0x7fffffff;

/**
 * Reads a bound: the name of a version, or a hexadecimal number such as `0303` or `0x303`.
 * @returns the position in {@link protocols}; `none` if the bound is empty or a number that OpenSSL does not know, because Postfix then
 * logs a warning at most and sets no bound; undefined if Postfix refuses the word
 */
function readBound(text: string): number | 'none' | undefined {
  if (text === '') return 'none';
  const position = positionOf(text);
  if (position >= 0) return protocols[position] === 'SSLv2' ? undefined : position;
  const [, digits] = /^\+?(?:0x)?([0-9a-f]+)$/i.exec(text) ?? [];
  const number = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  if (!(number <= largestNumber)) return undefined;
  const name = protocolNumbers.get(number);
  return name === undefined ? 'none' : positionOf(name);
}
