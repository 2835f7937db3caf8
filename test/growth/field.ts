/**
 * A field of a format that may be long or repeat. The structures are valid: they are built from the grammar of the format, because
 * mutations of small files never get long enough to show that something takes quadratic time.
 */
export interface Field {
  /** `format: field`. */
  readonly name: string;
  /** The largest size that is tried. */
  readonly most: number;
  /** Builds an input of this size and returns the work that is measured. */
  make(size: number): () => unknown;
}

export function field(name: string, most: number, make: Field['make']): Field {
  return { name, most, make };
}

/** `size` results of a function. */
export function times<T>(size: number, make: (index: number) => T): T[] {
  return Array.from({ length: size }, (_, index) => make(index));
}
