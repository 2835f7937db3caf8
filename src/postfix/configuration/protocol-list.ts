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
  /**
   * A word that names no TLS version, or whose operator this release of Postfix does not have. With such a word, TLS does not work at all.
   */
  readonly invalid?: string;
}

/**
 * Reads a list of protocols. `!X` excludes a version, and `>=X` and `<=X` (since 3.6) are bounds. If versions are listed without an
 * operator, only these are included. Hexadecimal bounds such as `>=0301` are not supported here.
 */
export function readProtocols(value: string, version: PostfixVersion): ProtocolList {
  const included = new Set<string>();
  const excluded = new Set<string>();
  let [lowest, highest] = [0, protocols.length - 1];
  for (const word of value.split(/[\s,:]+/).filter((each) => each !== '')) {
    const [, operator = '', name = ''] = /^(!|>=|<=)?(.*)$/.exec(word) ?? [];
    const position = protocols.findIndex((protocol) => protocol.toLowerCase() === name.toLowerCase());
    const isBound = operator === '>=' || operator === '<=';
    if (position < 0 || (isBound && !version.isAtLeast(3, 6))) return { usable: [], invalid: word };
    if (operator === '!') excluded.add(protocols[position] as string);
    else if (operator === '>=') lowest = position;
    else if (operator === '<=') highest = position;
    else included.add(protocols[position] as string);
  }
  const allowed = protocols.filter(
    (name, i) => i >= lowest && i <= highest && !excluded.has(name) && (included.size === 0 || included.has(name)),
  );
  return { usable: allowed.filter((name) => usable.has(name)) };
}
