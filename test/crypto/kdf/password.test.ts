import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { Password } from '../../../src/crypto/kdf/password.js';
import type { PasswordEncoding } from '../../../src/crypto/pbe/pbe-scheme.js';

const forms = (text: string, encoding: PasswordEncoding) =>
  new Password(text).forms(encoding).map(({ bytes }) => toHex(bytes));

describe('the forms of a password', () => {
  it('are one for PKCS#12 while it is ASCII', () => {
    expect(forms('ab', 'bmp')).toEqual(['006100620000']);
  });

  it('are, for PKCS#12 and other text, UTF-16, widened UTF-8, seven bits of it, and code page 1252', () => {
    expect(forms('p\u00e4\u20ac', 'bmp')).toEqual([
      '007000e420ac0000',
      '007000c300a400e2008200ac0000',
      '00700043002400620002002c0000',
      '007000e400800000',
    ]);
  });

  it('leave out what was there before', () => {
    expect(forms('\u00e4', 'bmp')).toEqual(['00e40000', '00c300a40000', '004300240000']);
    expect(forms('\u4e2d', 'bmp')).toHaveLength(3);
  });

  it('keep a surrogate pair, and a surrogate alone', () => {
    expect(forms('\ud83d\ude00', 'bmp')[0]).toBe('d83dde000000');
    expect(forms('\ud83d', 'bmp')[0]).toBe('d83d0000');
  });

  it('are, for PBKDF2, UTF-8 and what Bouncy Castle makes of it', () => {
    expect(forms('ab', 'utf8')).toEqual(['6162', '006100620000']);
    expect(forms('\u00e4', 'utf8')).toEqual(['c3a4', '00e40000', 'e4']);
    expect(forms('', 'utf8')).toEqual(['']);
  });

  it('begin with the one that fitted', () => {
    const password = new Password('');
    const [, bare] = password.forms('bmp');
    password.prefer('bmp', bare ?? expect.fail());
    expect(password.forms('bmp').map(({ bytes }) => bytes.length)).toEqual([0, 2]);
  });

  it('are overwritten when done', () => {
    const password = new Password('secret');
    const [form] = password.forms('utf8');
    password.wipe();
    expect(form?.bytes.every((octet) => octet === 0)).toBe(true);
    // Whoever asks again gets them anew.
    expect(Buffer.from(password.forms('utf8')[0]?.bytes ?? []).toString()).toBe('secret');
  });
});
