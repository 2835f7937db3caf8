import type { Spread } from './statistics.js';

/** Some work, and what it is held against. */
export interface Comparison {
  readonly group: 'command' | 'library' | 'batch' | 'growth' | 'memory';
  readonly work: string;
  readonly yardstick: string;
  /** Of the numbers: `times` if they are ratios themselves. */
  readonly unit: 'ms' | 'MiB' | 'times';
  /** What the ratio may be; left out, the row is there for information. */
  readonly most?: number;
  /** Peers that the subject must be faster than. */
  readonly fasterThan?: readonly string[];
}

/** Why something was not measured. */
export interface Gap {
  readonly missing: string;
}

/** What was measured. */
export interface Measurement {
  /** Round by round, in the unit of the comparison. */
  readonly rounds: { readonly subject: readonly number[]; readonly yardstick: readonly number[] };
  readonly ratio: Spread;
  readonly peers: readonly ({ readonly name: string } & (PeerRatios | Gap))[];
}

export interface PeerRatios {
  /** Of the peer and the yardstick. */
  readonly ratio: Spread;
  /** Of the subject and the peer. */
  readonly subject: Spread;
}

/** What became of a comparison. One that `failed` is a fault, one that lacks something is not. */
export type Result = Comparison & (Measurement | (Gap & { readonly failed?: true }));

export function title({ group, work, yardstick }: Comparison): string {
  return `${group}, ${work} / ${yardstick}`;
}

/** What could not be measured, and why. */
export function gaps(result: Result): string[] {
  if ('missing' in result) return [`${title(result)}: not measured: ${result.missing}`];
  return result.peers.flatMap((peer) =>
    'missing' in peer ? [`${title(result)}: ${peer.name} not measured: ${peer.missing}`] : [],
  );
}

/** What was measured and is not as it should be. */
export function faults(result: Result): string[] {
  if ('missing' in result) return result.failed ? [`${title(result)}: failed`] : [];
  const { most, fasterThan = [], ratio, peers } = result;
  const slow = most !== undefined && ratio.median > most ? [`${ratio.median.toFixed(2)}, and ${most} at most`] : [];
  const beaten = peers
    .filter((peer) => fasterThan.includes(peer.name) && 'subject' in peer && peer.subject.median >= 1)
    .map(({ name }) => `not faster than ${name}`);
  return [...slow, ...beaten].map((fault) => `${title(result)}: ${fault}`);
}
