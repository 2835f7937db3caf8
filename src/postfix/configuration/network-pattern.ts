import { type Network, parseNetwork } from './ip-network.js';

/** Why Postfix cannot use an entry of a list of networks. */
interface PatternProblem {
  readonly reason: string;
  /** `stops`: smtpd stops when it reads the list; `defers`: lookups that reach the entry fail with a temporary error. */
  readonly effect: 'stops' | 'defers';
  /** The entry that was probably meant, in the form that Postfix accepts. */
  readonly meant?: string;
}

/** Matches an entry that Postfix takes for a network with a prefix length (match_hostaddr of match_ops.c). */
const withLength = /^(\[[0-9a-f:.]+\]|[0-9.]+)\/[0-9a-f:.[\]/]*$/i;

/**
 * Checks an entry of a list of networks such as mynetworks, without a leading `!`. Postfix accepts four octets or an IPv6 address in
 * brackets, then a prefix length. The bits of the address beyond that length must be zero.
 * @returns undefined if Postfix can use the entry, or if it is the name of a host, a file or a table
 */
export function patternProblem(pattern: string): PatternProblem | undefined {
  if (/^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(\/\d+)?$/i.test(pattern)) {
    const [address = '', length] = pattern.split('/');
    const meant = `[${address}]${length === undefined ? '' : `/${length}`}`;
    const isNetwork = parseNetwork(meant) !== undefined;
    return {
      reason: 'an IPv6 address without brackets, which Postfix takes for the name of a table',
      effect: 'stops',
      ...(isNetwork && patternProblem(meant) === undefined && { meant }),
    };
  }
  if (!withLength.test(pattern)) return undefined;
  const network = parseNetwork(pattern);
  if (network === undefined) {
    const meant = withAllOctets(pattern);
    const isUsable = meant !== pattern && patternProblem(meant) === undefined;
    return { reason: 'bad network value or prefix length', effect: 'defers', ...(isUsable && { meant }) };
  }
  return hasHostBits(network)
    ? {
        reason: 'the address has bits beyond the prefix length',
        effect: 'defers',
        ...(network.bits === 32 && !pattern.startsWith('[') && { meant: networkText(network) }),
      }
    : undefined;
}

/** Completes `192.0.2/24` to `192.0.2.0/24`. */
function withAllOctets(pattern: string): string {
  const [, address, length] = /^(\d+(?:\.\d+){0,2})(\/\d+)$/.exec(pattern) ?? [];
  return address === undefined ? pattern : `${[...address.split('.'), 0, 0, 0].slice(0, 4).join('.')}${length}`;
}

function hasHostBits({ address, prefix, bits }: Network): boolean {
  return address !== networkAddress({ address, prefix, bits });
}

function networkAddress({ address, prefix, bits }: Pick<Network, 'address' | 'prefix' | 'bits'>): bigint {
  const shift = BigInt(bits - prefix);
  return (address >> shift) << shift;
}

function networkText(network: Network): string {
  const address = networkAddress(network);
  const octets = [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n);
  return `${octets.join('.')}/${network.prefix}`;
}
