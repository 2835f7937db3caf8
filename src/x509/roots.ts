import { type Certificate, type ParsedCertificate, parseCertificate, subjectFingerprintOf } from './certificate.js';
import { AnchorList, type FingerprintedCertificate } from './path/candidate-index.js';

const armor = '-----BEGIN CERTIFICATE-----';
/** Characters of PEM that hold the subject in all but a few: some 450 octets. */
const headLength = 640;
/** For the beginning of one root at a time; a Buffer for each took longer to make than to fill. */
const head = Buffer.alloc(headLength);

/** A root that is parsed when something but its bytes and its name is asked for. */
class LazyRoot implements FingerprintedCertificate {
  #der: Uint8Array | undefined;
  #parsed: ParsedCertificate | undefined;

  constructor(
    private readonly pem: () => string,
    readonly subjectFingerprint: number,
  ) {}

  get der(): Uint8Array {
    // Buffer skips line ends.
    return (this.#der ??= derOf(this.pem()));
  }

  get #certificate(): ParsedCertificate {
    return (this.#parsed ??= parseCertificate(this.der, 'built-in root'));
  }

  get subject(): string {
    return this.#certificate.subject;
  }

  get issuer(): string {
    return this.#certificate.issuer;
  }

  get serialNumber(): string {
    return this.#certificate.serialNumber;
  }

  get notBefore(): Date {
    return this.#certificate.notBefore;
  }

  get notAfter(): Date {
    return this.#certificate.notAfter;
  }

  get sha256(): string {
    return this.#certificate.sha256;
  }

  get publicKeyAlgorithm(): string {
    return this.#certificate.publicKeyAlgorithm;
  }

  get signatureAlgorithm(): string {
    return this.#certificate.signatureAlgorithm;
  }

  get selfIssued(): boolean {
    return this.#certificate.selfIssued;
  }
}

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.slice(armor.length, pem.lastIndexOf('-----END')), 'base64');
}

/** That of the subject, most often without decoding more than the beginning. */
function subjectFingerprintOfPem(pem: string): number {
  // Line ends are skipped.
  const length = head.write(pem.slice(armor.length, headLength), 'base64');
  return subjectFingerprintOf(head, length) ?? parseCertificate(derOf(pem), 'built-in root').subjectFingerprint;
}

let listed: Promise<NamedRoots> | undefined;

/**
 * The root certificates that Node brings along, Mozilla's list at the time of its release. node:tls is loaded when this is
 * called first, and a root is parsed when a path may end at it: together some 5 ms instead of 20.
 */
export async function builtInRoots(): Promise<readonly Certificate[]> {
  return [...(await nodesRoots())];
}

/** The same as a list that is asked by name. */
export async function nodesRoots(): Promise<AnchorList> {
  return (listed ??= loadRoots());
}

/** For each of Node's roots a number of its name, which {@link rootsByName} takes in their place. */
export async function nameNumbers(): Promise<Int32Array> {
  return (await (listed ??= loadRoots())).numbers;
}

async function loadRoots(): Promise<NamedRoots> {
  const { rootCertificates } = await import('node:tls');
  const numbers = Int32Array.from(rootCertificates, subjectFingerprintOfPem);
  return new NamedRoots(numbers, (index) => rootCertificates[index] ?? '');
}

/** Node's roots, of which each is made when it is looked for: most of them never are. */
class NamedRoots extends AnchorList {
  readonly #made = new Map<number, LazyRoot>();

  constructor(
    readonly numbers: Int32Array,
    private readonly pem: (index: number) => string,
  ) {
    super();
  }

  get length(): number {
    return this.numbers.length;
  }

  named(fingerprint: number): readonly Certificate[] {
    const found: Certificate[] = [];
    for (let at = this.numbers.indexOf(fingerprint); at >= 0; at = this.numbers.indexOf(fingerprint, at + 1))
      found.push(this.#at(at));
    return found;
  }

  *[Symbol.iterator](): Iterator<Certificate> {
    for (let index = 0; index < this.length; index++) yield this.#at(index);
  }

  #at(index: number): LazyRoot {
    let root = this.#made.get(index);
    if (root === undefined)
      this.#made.set(index, (root = new LazyRoot(() => this.pem(index), this.numbers[index] as number)));
    return root;
  }
}

/**
 * Node's roots without node:tls, which takes as long to load as a small keystore takes to convert.
 * @param numbers what {@link nameNumbers} gave, for the same list
 * @param pem a root by its place in the list
 */
export function rootsByName(numbers: Int32Array, pem: (index: number) => string): AnchorList {
  return new NamedRoots(numbers, pem);
}
