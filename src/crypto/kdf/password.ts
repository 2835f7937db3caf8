import { concat } from '../../bytes/concat.js';
import { encodeUtf16 } from '../../bytes/utf16.js';
import { wipe } from '../../bytes/wipe.js';
import type { PasswordEncoding } from '../pbe/pbe-scheme.js';
import type { Pkcs12Companions } from './pkcs12-companions.js';

/** A password as bytes. `writer` names who writes it so, where that is not everybody. */
export interface PasswordForm {
  readonly bytes: Uint8Array;
  readonly writer?: string;
}

/** What Windows has where ISO 8859-1 has control characters: code page 1252 from 0x80 to 0x9f. */
const windowsCharacters =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const terminator = new Uint8Array(2);

/**
 * A password and the forms in which writers have turned it into bytes, the right one first.
 * A form that once opened something is tried first from then on, since a file has one writer.
 */
export class Password {
  readonly #forms = new Map<PasswordEncoding, PasswordForm[]>();
  /** Derivations from it that are expected, if somebody has said so. */
  companions: Pkcs12Companions | undefined;

  constructor(readonly text: string) {}

  forms(encoding: PasswordEncoding): readonly PasswordForm[] {
    let forms = this.#forms.get(encoding);
    if (forms === undefined) {
      forms = formsOf(this.text, encoding);
      this.#forms.set(encoding, forms);
    }
    return forms;
  }

  /** Puts a form first that has proved right. */
  prefer(encoding: PasswordEncoding, form: PasswordForm): void {
    const forms = this.#forms.get(encoding);
    const at = forms?.indexOf(form) ?? -1;
    if (forms === undefined || at <= 0) return;
    forms.splice(at, 1);
    forms.unshift(form);
  }

  /** Overwrites the bytes of all forms; they are made anew if asked for again. */
  wipe(): void {
    for (const forms of this.#forms.values()) for (const { bytes } of forms) wipe(bytes);
    this.#forms.clear();
    this.companions?.wipe();
  }
}

function formsOf(text: string, encoding: PasswordEncoding): PasswordForm[] {
  switch (encoding) {
    case 'bmp':
      return bmpForms(text);
    case 'utf8':
      return utf8Forms(text);
    case 'jce':
      return [{ bytes: encodeUtf8(text) }];
  }
}

/** For PKCS#12's own derivation (RFC 7292 B.1): UTF-16, big-endian, and a terminator. */
function bmpForms(text: string): PasswordForm[] {
  if (text === '') {
    // RFC 7292 leaves open whether an empty password has a terminator.
    return [{ bytes: new Uint8Array(2) }, { bytes: new Uint8Array(), writer: 'Bouncy Castle' }];
  }
  const forms: PasswordForm[] = [{ bytes: concat(encodeUtf16(text), terminator) }];
  if (isAscii(text)) return forms;
  const utf8 = encodeUtf8(text);
  forms.push({ bytes: widen(utf8), writer: 'OpenSSL before 1.1.0' });
  // JDK 25: the cipher of a bag keeps seven bits of each octet of UTF-8, the MAC is right.
  forms.push({ bytes: widen(utf8.map((octet) => octet & 0x7f)), writer: 'JDK 25 with legacy algorithms' });
  const windows = encodeWindows1252(text);
  if (windows) forms.push({ bytes: widen(windows), writer: 'old tools for Windows' });
  return withoutRepetition(forms);
}

/** For PBKDF2, PBKDF1 and scrypt, which do not say what a password is; RFC 8018 and RFC 9879 recommend UTF-8. */
function utf8Forms(text: string): PasswordForm[] {
  const forms: PasswordForm[] = [{ bytes: encodeUtf8(text) }];
  // HMAC fills its key up with zero octets, so that all forms of the empty password are one.
  if (text === '') return forms;
  forms.push({ bytes: concat(encodeUtf16(text), terminator), writer: 'Java with Bouncy Castle as its first provider' });
  const windows = isAscii(text) ? undefined : encodeWindows1252(text);
  if (windows) forms.push({ bytes: windows, writer: 'a tool that does not use UTF-8' });
  return forms;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Every octet as one 16-bit character, and the terminator. */
function widen(octets: Uint8Array): Uint8Array {
  const wide = new Uint8Array(octets.length * 2 + 2);
  octets.forEach((octet, i) => {
    wide[2 * i + 1] = octet;
  });
  return wide;
}

/** Undefined if the text has a character that code page 1252 has not. */
function encodeWindows1252(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const special = windowsCharacters.indexOf(text.charAt(i));
    const octet = special < 0 ? text.charCodeAt(i) : 0x80 + special;
    if (octet > 0xff) return undefined;
    octets[i] = octet;
  }
  return octets;
}

/** ISO 8859-1 text widened is what UTF-16 is, so a form can be one that was tried before. */
function withoutRepetition(forms: readonly PasswordForm[]): PasswordForm[] {
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => {
    const key = bytes.join();
    return !seen.has(key) && seen.add(key);
  });
}
