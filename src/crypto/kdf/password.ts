import { bytesFromUtf8 } from '../../bytes/encoding.js';
import { wipe } from '../../bytes/wipe.js';
import {
  bmpPassword,
  charactersOf,
  decodeWindows1252,
  encodeWindows1252,
  isAscii,
  widenedPassword,
} from './password-bytes.js';

/**
 * What a key derivation takes as its password: a BMPString (PKCS#12, RFC 7292 B.1), UTF-8 (PBES1, PBES2 and PBMAC1, RFC 8018),
 * or, in JCEKS, UTF-8 and nothing else (com.sun.crypto.provider.PBEKey).
 */
export type PasswordEncoding = 'bmp' | 'utf8' | 'jce';

/** The characters that the writer of a keystore used as the password. */
export interface PasswordVariant {
  readonly text: string;
  /**
   * What differs from the password as given, in words that complete "the keystore was written with the password …".
   * Undefined for the password as given.
   */
  readonly description?: string;
}

/** A password as bytes for a key derivation. */
export interface EncodedPassword {
  readonly bytes: Uint8Array;
  /** As in {@link PasswordVariant}; undefined if the bytes are those that the standard asks for. */
  readonly description?: string;
  /** Made from a variant of the password. Most passwords that fail are simply wrong, so this is tried only where it is cheap. */
  readonly isUnlikely?: boolean;
}

/** The longest line end first, so that a CR LF is not taken for an LF. */
const lineEnds = [
  ['\r\n', 'CR and line feed'],
  ['\n', 'line feed'],
  ['\r', 'CR'],
] as const;

/**
 * The password as given, then the characters that programs may have used instead, without repetition: Java decodes piped or typed
 * octets in the character set of its locale, and programs that read a password from a file may keep its line end.
 * @param password as the user gave it
 */
export function passwordEncodings(password: string): readonly PasswordVariant[] {
  const variants: PasswordVariant[] = [{ text: password }];
  const add = (text: string, description: string) => {
    if (!variants.some((variant) => variant.text === text)) variants.push({ text, description });
  };
  if (password === '') return variants;
  if (!isAscii(password)) {
    const octets = bytesFromUtf8(password);
    add(charactersOf(octets), 'as UTF-8 octets taken for one character each, as when it is piped into keytool');
    add(
      charactersOf(octets, () => '\ufffd'),
      'with U+FFFD for each octet beyond ASCII, as keytool reads it without a UTF-8 locale',
    );
    add(decodeWindows1252(octets), 'as UTF-8 octets taken for Windows-1252, as Java reads it on Windows');
    add(password.normalize('NFC'), 'in Unicode normalization form C');
    add(password.normalize('NFD'), 'in Unicode normalization form D, as macOS writes it');
  }
  const ownEnd = lineEnds.find(([end]) => password.endsWith(end));
  if (ownEnd) add(password.slice(0, -ownEnd[0].length), `without the line end (${ownEnd[1]}) of the one given`);
  else for (const [end, name] of lineEnds) add(password + end, `and the line end (${name}) of the file it came from`);
  return variants;
}

/**
 * A password, and the bytes that programs encode it to, the most likely first.
 * Once one encoding was right, variants of the password that contradict it are no longer tried: one program wrote the whole file.
 */
export class Password {
  #variants: readonly PasswordVariant[];
  readonly #encoded = new Map<PasswordEncoding, EncodedPassword[]>();
  /** Everything that {@link forms} returned, for {@link wipe}. */
  readonly #secrets: Uint8Array[] = [];
  #writtenAs: string | undefined;

  constructor(readonly text: string) {
    this.#variants = passwordEncodings(text);
  }

  /** How the password of what was opened differs from the one given, as in {@link PasswordVariant}; undefined if it does not. */
  get writtenAs(): string | undefined {
    return this.#writtenAs;
  }

  /**
   * The first result of trying the password as given and then its variants, for formats that take the password as characters.
   * @param open returns undefined if the text does not fit
   * @param mayRetry called after the first attempt; false if trying the variants would take too long
   */
  async firstThatOpens<Result>(
    open: (text: string) => Result | undefined | Promise<Result | undefined>,
    mayRetry = () => true,
  ): Promise<Result | undefined> {
    for (const [index, variant] of this.#variants.entries()) {
      if (index === 1 && !mayRetry()) break;
      const result = await open(variant.text);
      if (result === undefined) continue;
      this.#variants = [variant];
      this.#encoded.clear();
      this.#writtenAs = variant.description;
      return result;
    }
    return undefined;
  }

  /** The bytes to try, in order. */
  forms(encoding: PasswordEncoding): readonly EncodedPassword[] {
    let forms = this.#encoded.get(encoding);
    if (forms === undefined) {
      forms = withoutRepetition(this.#variants.flatMap((variant) => formsOf(variant, encoding)));
      this.#encoded.set(encoding, forms);
      this.#secrets.push(...forms.map(({ bytes }) => bytes));
    }
    return forms;
  }

  /** Records that these bytes were right: they come first, and variants of the password that do not give them are dropped. */
  confirm(encoding: PasswordEncoding, form: EncodedPassword): void {
    this.#writtenAs ??= form.description;
    const key = form.bytes.join();
    const before = this.#variants.length;
    this.#variants = this.#variants.filter((variant) =>
      formsOf(variant, encoding).some(({ bytes }) => bytes.join() === key),
    );
    if (this.#variants.length < before) this.#encoded.clear();
    const others = this.forms(encoding).filter(({ bytes }) => bytes.join() !== key);
    this.#encoded.set(encoding, [form, ...others]);
  }

  /** Overwrites everything that {@link forms} returned; it can be called again afterwards. */
  wipe(): void {
    wipe(...this.#secrets.splice(0));
    this.#encoded.clear();
  }
}

/** All encodings of the password as given, but only the standard one of a variant: no program is known to do both. */
function formsOf({ text, description }: PasswordVariant, encoding: PasswordEncoding): EncodedPassword[] {
  const forms = encoders[encoding](text);
  return description === undefined
    ? forms
    : forms.slice(0, 1).map(({ bytes }) => ({ bytes, description, isUnlikely: true }));
}

const encoders: Readonly<Record<PasswordEncoding, (text: string) => EncodedPassword[]>> = {
  bmp: bmpForms,
  utf8: utf8Forms,
  jce: (text) => [{ bytes: bytesFromUtf8(text) }],
};

/** For PKCS#12's own key derivation. */
function bmpForms(text: string): EncodedPassword[] {
  // RFC 7292 leaves open whether an empty password has a terminator; Bouncy Castle writes none.
  if (text === '') return [{ bytes: new Uint8Array(2) }, { bytes: new Uint8Array() }];
  const forms: EncodedPassword[] = [{ bytes: bmpPassword(text) }];
  if (isAscii(text)) return forms;
  const utf8 = bytesFromUtf8(text);
  forms.push({
    bytes: widenedPassword(utf8),
    description: 'as UTF-8 octets taken for one character each, as OpenSSL before 1.1.0 does',
  });
  // The MAC of the same file is made from the standard form.
  forms.push({
    bytes: widenedPassword(utf8.map((octet) => octet & 0x7f)),
    description: 'as UTF-8 octets cut to seven bits, as JDK 25 does with legacy algorithms',
  });
  const windows = encodeWindows1252(text);
  if (windows)
    forms.push({ bytes: widenedPassword(windows), description: 'in Windows-1252, as old tools for Windows do' });
  return forms;
}

/** For PBKDF2, PBKDF1 and scrypt, which leave the encoding open; RFC 8018 and RFC 9879 recommend UTF-8. */
function utf8Forms(text: string): EncodedPassword[] {
  const forms: EncodedPassword[] = [{ bytes: bytesFromUtf8(text) }];
  // HMAC pads its key with zero octets, so all encodings of the empty password give the same key.
  if (text === '') return forms;
  forms.push({
    bytes: bmpPassword(text),
    description: 'in UTF-16, as Java does with Bouncy Castle as its first provider',
  });
  const windows = isAscii(text) ? undefined : encodeWindows1252(text);
  if (windows) forms.push({ bytes: windows, description: 'in Windows-1252 instead of UTF-8' });
  return forms;
}

/** Different variants can give the same bytes; the first description stays. */
function withoutRepetition(forms: readonly EncodedPassword[]): EncodedPassword[] {
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => {
    const key = bytes.join();
    return !seen.has(key) && seen.add(key);
  });
}
