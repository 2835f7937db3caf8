import { equalBytes } from '../../bytes/equal.js';
import { iterateSha1Lanes, laneCount } from '../hash/sha1-lanes.js';
import { Pkcs12Derivation, type Pkcs12Parameters } from './pkcs12-kdf.js';

/** Rounds below which going side by side gains nothing. */
const worthLanes = 500;

/**
 * PKCS#12 derivations from one password of which it is known that they will be asked for. While one is worked out, others go
 * along beside it, as far as they get, since to hash four digests takes not twice as long as one. So what is expected costs
 * next to nothing if it is never asked for, however many rounds a file wants.
 */
export class Pkcs12Companions {
  readonly #waiting: Pkcs12Derivation[] = [];

  /** @param password as {@link Pkcs12Derivation} takes it */
  constructor(private readonly password: Uint8Array) {}

  /** Those that were begun for a password; if they are another one's, new ones. */
  static of(password: Uint8Array, begun: Pkcs12Companions | undefined): Pkcs12Companions {
    return begun?.password === password ? begun : new Pkcs12Companions(password);
  }

  /** Says what will be derived. */
  expect(parameters: Pkcs12Parameters): void {
    if (!canGoAlong(parameters) || this.#placeOf(parameters) >= 0) return;
    this.#waiting.push(new Pkcs12Derivation(this.password, parameters));
  }

  /** Whether it was expected or not. */
  derive(parameters: Pkcs12Parameters): Uint8Array {
    const at = this.#placeOf(parameters);
    const derivation = this.#waiting.splice(at, at < 0 ? 0 : 1)[0] ?? new Pkcs12Derivation(this.password, parameters);
    while (canGoAlong(parameters) && !derivation.isDone) {
      const others = this.#waiting.filter(({ isDone }) => !isDone).slice(0, laneCount - 1);
      if (others.length === 0 || !advanceTogether([derivation, ...others])) break;
    }
    derivation.finish();
    return derivation.output;
  }

  /** Overwrites what nobody asked for. */
  wipe(): void {
    for (const derivation of this.#waiting.splice(0)) derivation.wipe();
  }

  #placeOf(parameters: Pkcs12Parameters): number {
    return this.#waiting.findIndex((derivation) => isSame(derivation.parameters, parameters));
  }
}

function canGoAlong({ hash, iterations, length }: Pkcs12Parameters): boolean {
  return hash === 'sha1' && iterations > worthLanes && length > 0;
}

function isSame(a: Pkcs12Parameters, b: Pkcs12Parameters): boolean {
  return (
    a.purpose === b.purpose && a.iterations === b.iterations && a.length === b.length && equalBytes(a.salt, b.salt)
  );
}

/** Until the first of them has come to the end of a block. @returns false if this cannot be done here */
function advanceTogether(derivations: readonly Pkcs12Derivation[]): boolean {
  const count = Math.min(...derivations.map(({ left }) => left));
  const values = iterateSha1Lanes(
    derivations.map(({ digest }) => digest),
    count,
  );
  if (values === undefined) return false;
  for (const [at, derivation] of derivations.entries()) derivation.advance(values[at] as Uint8Array, count);
  return true;
}
