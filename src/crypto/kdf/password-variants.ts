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
 * How a key derivation encodes the password: BMPString (PKCS#12, RFC 7292 B.1), UTF-8 (PBES1, PBES2 and PBMAC1, RFC 8018), or, in JCEKS,
 * UTF-8 without alternatives (com.sun.crypto.provider.PBEKey).
 */
export type PasswordEncoding = 'bmp' | 'utf8' | 'jce';

/** The characters that the writer of a keystore may have used as the password. */
interface PasswordVariant {
  readonly text: string;
  /**
   * The difference from the password that the user gave, as the end of the sentence "the keystore was written with the password …".
   * Undefined for the password itself.
   */
  readonly description?: string;
}

/** A password as bytes for a key derivation. */
export interface EncodedPassword {
  readonly bytes: Uint8Array;
  /** As in {@link PasswordVariant}; undefined for the standard encodings of the password that the user gave. */
  readonly description?: string;
  /**
   * Whether the bytes encode a {@link PasswordVariant} other than the password itself. Most passwords that fail are simply wrong, so
   * variants are tried only where that is cheap.
   */
  readonly isUnlikely?: boolean;
}

/** The longest line end is first, so that the LF of a CR LF is not taken for a single LF. */
const lineEnds = [
  ['\r\n', 'CR and line feed'],
  ['\n', 'line feed'],
  ['\r', 'CR'],
] as const;

/**
 * Lists the password that the user gave, then the characters that programs may have used instead, without duplicates. Java decodes a typed
 * or piped password in the character set of its locale, and programs that read a password from a file may keep the line end of the file.
 * @param password the password that the user gave
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
    wipe(octets);
    add(password.normalize('NFC'), 'in Unicode normalization form C');
    add(password.normalize('NFD'), 'in Unicode normalization form D, as macOS writes it');
  }
  const ownEnd = lineEnds.find(([end]) => password.endsWith(end));
  if (ownEnd) add(password.slice(0, -ownEnd[0].length), `without the line end (${ownEnd[1]}) of the given password`);
  else for (const [end, name] of lineEnds) add(password + end, `and the line end (${name}) of the file it came from`);
  return variants;
}

/**
 * A password and its encodings, the most likely first. When one encoding was right, the variants of the password that contradict it are no
 * longer tried, because one program wrote the whole file.
 */
export class Password {
  #variants: readonly PasswordVariant[];
  readonly #encoded = new Map<PasswordEncoding, EncodedPassword[]>();
  /** All byte arrays that {@link forms} returned; {@link wipe} overwrites them. */
  readonly #secrets: Uint8Array[] = [];
  #writtenAs: string | undefined;

  constructor(readonly text: string) {
    this.#variants = passwordEncodings(text);
  }

  /**
   * The description of the {@link EncodedPassword} or {@link PasswordVariant} that was right; undefined if it has no description, or if no
   * attempt was successful yet.
   */
  get writtenAs(): string | undefined {
    return this.#writtenAs;
  }

  /**
   * Tries the password and then its variants, and returns the first result. For formats that use the password as characters, such as JKS,
   * BKS and BCFKS.
   * @param open returns undefined if the text is the wrong password
   * @param mayRetry called after the first attempt; returns false if trying the variants would take too long
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

  /** Returns the encodings in the order in which to try them. */
  forms(encoding: PasswordEncoding): readonly EncodedPassword[] {
    let forms = this.#encoded.get(encoding);
    if (forms === undefined) {
      forms = withoutRepetition(this.#variants.flatMap((variant) => formsOf(variant, encoding)));
      this.#encoded.set(encoding, forms);
      this.#secrets.push(...forms.map(({ bytes }) => bytes));
    }
    return forms;
  }

  /**
   * Records the encoding that was right, which comes first from now on. Variants of the password are dropped if none of their encodings has
   * the same bytes.
   */
  confirm(encoding: PasswordEncoding, form: EncodedPassword): void {
    this.#writtenAs ??= form.description;
    const key = form.bytes.join();
    const before = this.#variants.length;
    this.#variants = this.#variants.filter((variant) => {
      const forms = formsOf(variant, encoding);
      const hasForm = forms.some(({ bytes }) => bytes.join() === key);
      wipe(...forms.map(({ bytes }) => bytes));
      return hasForm;
    });
    if (this.#variants.length < before) this.#encoded.clear();
    const others = this.forms(encoding).filter(({ bytes }) => bytes.join() !== key);
    this.#encoded.set(encoding, [form, ...others]);
  }

  /** Overwrites all encodings that {@link forms} returned. Afterwards {@link forms} can be called again. */
  wipe(): void {
    wipe(...this.#secrets.splice(0));
    this.#encoded.clear();
  }
}

/**
 * Lists all encodings of the password that the user gave, but only the standard encoding of a variant. No program is known that changes
 * both characters and encoding.
 */
function formsOf({ text, description }: PasswordVariant, encoding: PasswordEncoding): EncodedPassword[] {
  const forms = encoders[encoding](text);
  if (description === undefined) return forms;
  const [{ bytes }, ...others] = forms;
  wipe(...others.map((form) => form.bytes));
  return [{ bytes, description, isUnlikely: true }];
}

/** The standard encoding, and then the others. */
type Forms = [EncodedPassword, ...EncodedPassword[]];

const encoders: Readonly<Record<PasswordEncoding, (text: string) => Forms>> = {
  bmp: bmpForms,
  utf8: utf8Forms,
  jce: (text) => [{ bytes: bytesFromUtf8(text) }],
};

/** Lists the encodings for PKCS#12's own key derivation. */
function bmpForms(text: string): Forms {
  // RFC 7292 does not say whether an empty password has a terminator. Bouncy Castle writes none.
  if (text === '') return [{ bytes: new Uint8Array(2) }, { bytes: new Uint8Array() }];
  const forms: Forms = [{ bytes: bmpPassword(text) }];
  if (isAscii(text)) return forms;
  const utf8 = bytesFromUtf8(text);
  forms.push({
    bytes: widenedPassword(utf8),
    description: 'as UTF-8 octets taken for one character each, as OpenSSL before 1.1.0 does',
  });
  // JDK 25 cuts the octets only for encryption. The MAC of the same file uses the standard encoding.
  const cut = utf8.map((octet) => octet & 0x7f);
  forms.push({
    bytes: widenedPassword(cut),
    description: 'as UTF-8 octets cut to seven bits, as JDK 25 does with legacy algorithms',
  });
  const windows = encodeWindows1252(text);
  if (windows)
    forms.push({ bytes: widenedPassword(windows), description: 'in Windows-1252, as old tools for Windows do' });
  wipe(utf8, cut, windows);
  return forms;
}

/**
 * Lists the encodings for PBKDF2, PBKDF1 and scrypt. RFC 8018 leaves the encoding open and names ASCII and UTF-8 as possibilities. Nearly all
 * programs use UTF-8, which is the first.
 */
function utf8Forms(text: string): Forms {
  const forms: Forms = [{ bytes: bytesFromUtf8(text) }];
  // PBKDF2 and scrypt use the password as the key of an HMAC, which pads it with zero octets. All encodings of the empty password are thus
  // equivalent.
  if (text === '') return forms;
  forms.push({
    bytes: bmpPassword(text),
    description: 'in UTF-16, as Java does with Bouncy Castle as its first provider',
  });
  const windows = isAscii(text) ? undefined : encodeWindows1252(text);
  if (windows) forms.push({ bytes: windows, description: 'in Windows-1252 instead of UTF-8' });
  return forms;
}

/** Removes and overwrites duplicates, because different variants can have the same encoding. The first description is kept. */
function withoutRepetition(forms: readonly EncodedPassword[]): EncodedPassword[] {
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => {
    const key = bytes.join();
    const isNew = !seen.has(key);
    if (isNew) seen.add(key);
    else wipe(bytes);
    return isNew;
  });
}
