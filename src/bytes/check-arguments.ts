import { toLatin1 } from './encoding.js';

/** Checks a value. Returns undefined if the value is valid; otherwise describes the expected value and, where possible, how to get one. */
export type Expectation = (value: unknown) => string | undefined;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Accepts a string. Used for passwords and names. */
export const aString: Expectation = (value) => {
  if (typeof value === 'string') return undefined;
  return value instanceof Uint8Array
    ? `a string; decode it first, e.g. Buffer.from(bytes).toString('utf8')`
    : 'a string';
};

/** Accepts a password. For `null` there is a separate message, because callers often pass it for "no password". */
export const aPassword: Expectation = (value) =>
  value === null ? 'a string; leave it out, or pass undefined, if there is none' : aString(value);

export const aBoolean: Expectation = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

export const aNumber: Expectation = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number';

/** Accepts a number between two bounds, including the bounds. */
export function aNumberBetween(least: number, most: number): Expectation {
  return (value) =>
    typeof value === 'number' && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`;
}

export const aFunction: Expectation = (value) => (typeof value === 'function' ? undefined : 'a function');

export const anObject: Expectation = (value) => (isObject(value) ? undefined : 'an object');

/**
 * Accepts an object in which each of these properties is valid. A promise gets a message of its own.
 * @param what the expected value in words: `a PrivateKey; an entry's getPrivateKey() returns one`
 */
export function aResult(what: string, properties: Expectations): Expectation {
  const required = Object.entries(properties);
  return (value) => {
    if (value instanceof Promise) return `${what}; await the promise first`;
    if (!isObject(value)) return what;
    for (const [name, expectation] of required) {
      const problem = expectation((value as Record<string, unknown>)[name]);
      if (problem !== undefined) return `${what}, with ${name} as ${problem}`;
    }
    return undefined;
  };
}

export const aDate: Expectation = (value) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? undefined : 'a valid Date';

export const someBytes: Expectation = (value) => {
  if (value instanceof Uint8Array) return undefined;
  if (typeof value === 'string')
    return "a Uint8Array; read the file, or encode the text with Buffer.from(text, 'latin1')";
  return value instanceof ArrayBuffer
    ? 'a Uint8Array; wrap the ArrayBuffer with new Uint8Array(buffer)'
    : 'a Uint8Array';
};

/** Accepts DER. For PEM there is a separate message, because callers often pass it instead. */
export const someDer: Expectation = (value) => {
  const problem = someBytes(value);
  if (problem !== undefined) return problem;
  const bytes = value as Uint8Array;
  const isPem = bytes[0] === 0x2d && toLatin1(bytes.subarray(0, 11)) === '-----BEGIN ';
  return isPem ? 'DER, not PEM; decodePem(text) gives the DER of its blocks' : undefined;
};

export function oneOf(...choices: readonly string[]): Expectation {
  return (value) => (choices.some((choice) => choice === value) ? undefined : `one of ${choices.join(', ')}`);
}

/** Accepts an array whose elements are all valid. */
export function arrayOf(expectation: Expectation): Expectation {
  return (value) => {
    if (!Array.isArray(value)) return 'an array';
    for (const element of value) {
      const problem = expectation(element);
      if (problem !== undefined) return `an array of which each element is ${problem}`;
    }
    return undefined;
  };
}

/** Accepts any iterable object except byte arrays. Strings are not accepted either. */
export const anIterable: Expectation = (value) =>
  isObject(value) && Symbol.iterator in value && !(value instanceof Uint8Array)
    ? undefined
    : 'an array or another iterable of objects';

/** The expected value of each option or property, by its name. */
export type Expectations = Readonly<Record<string, Expectation>>;

/**
 * Checks one argument.
 * @throws {TypeError} if the value is not valid
 */
export function checkArgument(caller: string, name: string, value: unknown, expectation: Expectation): void {
  const problem = expectation(value);
  if (problem !== undefined) throw new TypeError(`${caller}: ${name} must be ${problem}; this is ${describe(value)}`);
}

/**
 * Checks an object of options. An option whose value is undefined counts as missing.
 * @throws {TypeError} if `options` is not an object, contains an unknown option, or contains a value that is not valid
 */
export function checkOptions(caller: string, options: unknown, expectations: Expectations): void {
  if (!isObject(options) || Array.isArray(options) || options instanceof Uint8Array) {
    const [example] = Object.keys(expectations);
    throw new TypeError(`${caller}: options must be an object such as { ${example}: … }; this is ${describe(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(expectations, name)) {
      const nearest = nearestName(name, Object.keys(expectations));
      const remedy =
        nearest === undefined ? `options are ${Object.keys(expectations).join(', ')}` : `did you mean ${nearest}?`;
      throw new TypeError(`${caller}: there is no option ${JSON.stringify(name.slice(0, 50))}; ${remedy}`);
    }
    if (value !== undefined) checkArgument(caller, name, value, expectations[name] as Expectation);
  }
}

/**
 * Returns the option that `name` was probably meant to be: it differs only in case, in characters other than letters, in a final s or in
 * "password" for "pass", or one of the two begins with the other (if `name` has at least four letters).
 */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .replace(/password/, 'pass')
      .replace(/s$/, '');
  const wanted = plain(name);
  const same = known.find((each) => plain(each) === wanted);
  if (same !== undefined || wanted.length < 4) return same;
  return known.find((each) => plain(each).startsWith(wanted) || wanted.startsWith(plain(each)));
}

/** Describes the type of a value, never the value itself, which may be a password. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof Promise) return 'a Promise';
  if (value instanceof Uint8Array) return value.constructor.name === 'Buffer' ? 'a Buffer' : 'a Uint8Array';
  const article = /^[aeiou]/.test(typeof value) ? 'an' : 'a';
  return value === undefined ? 'undefined' : `${article} ${typeof value}`;
}
