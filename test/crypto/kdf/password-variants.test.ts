import { describe, expect, it, test, vi } from 'vitest';
import { toHex } from '../../../src/bytes/encoding.js';
import { Password, type PasswordEncoding, passwordEncodings } from '../../../src/crypto/kdf/password-variants.js';
import { watchWiping } from '../../wiping.js';

const likely = (text: string, encoding: PasswordEncoding) =>
  new Password(text)
    .forms(encoding)
    .filter(({ isUnlikely }) => !isUnlikely)
    .map(({ bytes }) => toHex(bytes));
const unlikely = (text: string, encoding: PasswordEncoding) =>
  new Password(text)
    .forms(encoding)
    .filter(({ isUnlikely }) => isUnlikely)
    .map(({ bytes }) => toHex(bytes));

describe('what writers make of a password before they use it', () => {
  test('comes after the password as given, which has no description', () => {
    const [given, ...variants] = passwordEncodings('p\u00e4ss');
    expect(given).toEqual({ text: 'p\u00e4ss' });
    expect(variants.every(({ description }) => description)).toBe(true);
  });

  test.each([
    ['UTF-8 octets as characters', 'p\u00e4', 'p\u00c3\u00a4', 'one character each'],
    ['U+FFFD for each octet', '\u201cpass\u201d', '\ufffd\ufffd\ufffdpass\ufffd\ufffd\ufffd', 'U+FFFD'],
    ['Windows-1252 characters', '\u20ac1', '\u00e2\u201a\u00ac1', 'Windows-1252'],
    ['composed characters', 'a\u0308', '\u00e4', 'form C'],
    ['decomposed characters', '\u00e4', 'a\u0308', 'form D'],
    ['the LF of its file', 'changeit', 'changeit\n', 'line feed'],
    ['the CR LF of its file', 'changeit', 'changeit\r\n', 'CR and line feed'],
    ['the CR of its file', 'changeit', 'changeit\r', '(CR)'],
    ['no line end, where one was given', 'changeit\r\n', 'changeit', 'CR and line feed'],
  ])('%s', (_, given, expected, description) => {
    const variant = passwordEncodings(given).find(({ text }) => text === expected);
    expect(variant?.description).toContain(description);
  });

  test('is listed without repetition', () => {
    for (const password of ['ab', '\u00e4', '\u20ac', '\u4e2d\u6587', 'x\n', '\ud83d\ude00']) {
      const texts = passwordEncodings(password).map(({ text }) => text);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  test('is nothing else for ASCII but a line end, and nothing for the empty password', () => {
    expect(passwordEncodings('ab').map(({ text }) => text)).toEqual(['ab', 'ab\r\n', 'ab\n', 'ab\r']);
    expect(passwordEncodings('')).toEqual([{ text: '' }]);
  });
});

describe('the encodings of a password', () => {
  it('are one for PKCS#12 while it is ASCII', () => {
    expect(likely('ab', 'bmp')).toEqual(['006100620000']);
  });

  it('are, for PKCS#12 and other text, UTF-16, widened UTF-8, seven bits of it, and code page 1252', () => {
    expect(likely('p\u00e4\u20ac', 'bmp')).toEqual([
      '007000e420ac0000',
      '007000c300a400e2008200ac0000',
      '00700043002400620002002c0000',
      '007000e400800000',
    ]);
  });

  it('are, for variants, the standard one alone', () => {
    expect(unlikely('ab', 'bmp')).toEqual(['00610062000d000a0000', '00610062000a0000', '00610062000d0000']);
    expect(unlikely('\u00e4', 'utf8').slice(0, 2)).toEqual(['c383c2a4', 'efbfbdefbfbd']);
  });

  it('leave out what was there before', () => {
    expect(likely('\u00e4', 'bmp')).toEqual(['00e40000', '00c300a40000', '004300240000']);
    expect(likely('\u4e2d', 'bmp')).toHaveLength(3);
    for (const encoding of ['bmp', 'utf8', 'jce'] as const) {
      const all = new Password('\u00e4\u20ac').forms(encoding).map(({ bytes }) => toHex(bytes));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('are not computed again for ASCII, so that there is no further copy to overwrite', () => {
    const wiped = watchWiping();
    new Password('ab').forms('bmp');
    expect(wiped).toEqual([]);
    new Password('ab').forms('utf8');
    expect(wiped).not.toContain('ab');
    vi.restoreAllMocks();
  });

  it('are computed once', () => {
    const password = new Password('ab');
    expect(password.forms('utf8')).toBe(password.forms('utf8'));
  });

  it('overwrite what they leave out', () => {
    const wiped = watchWiping();
    new Password('\u00e4').forms('bmp');
    // In Windows-1252, each octet is widened to a character of the BMPString.
    expect(wiped).toContain('\0\u00e4\0\0');
    vi.restoreAllMocks();
  });

  it('keep a surrogate pair, and a surrogate alone', () => {
    expect(likely('\ud83d\ude00', 'bmp')[0]).toBe('d83dde000000');
    expect(likely('\ud83d', 'bmp')[0]).toBe('d83d0000');
  });

  it('are, for PBKDF2, UTF-8 and what Bouncy Castle makes of it', () => {
    expect(likely('ab', 'utf8')).toEqual(['6162', '006100620000']);
    expect(likely('\u00e4', 'utf8')).toEqual(['c3a4', '00e40000', 'e4']);
    expect(likely('', 'utf8')).toEqual(['']);
  });

  it('begin with the one that was right', () => {
    const password = new Password('');
    const [, bare] = password.forms('bmp');
    password.confirm('bmp', bare ?? expect.fail());
    expect(password.forms('bmp').map(({ bytes }) => bytes.length)).toEqual([0, 2]);
  });

  it('are those of the password as given once that was right', () => {
    const password = new Password('p\u00e4\u20ac');
    password.confirm('bmp', password.forms('bmp')[2] ?? expect.fail());
    expect(password.forms('bmp').map(({ bytes }) => toHex(bytes))).toEqual([
      '00700043002400620002002c0000',
      '007000e420ac0000',
      '007000c300a400e2008200ac0000',
      '007000e400800000',
    ]);
    expect(password.forms('utf8').some(({ isUnlikely }) => isUnlikely)).toBe(false);
  });

  it('are those of a variant once that was right, for every kind of derivation', () => {
    const password = new Password('ab');
    const withLineFeed = password.forms('bmp').find(({ bytes }) => toHex(bytes) === '00610062000a0000');
    password.confirm('bmp', withLineFeed ?? expect.fail());
    expect(password.forms('bmp').map(({ bytes }) => toHex(bytes))).toEqual(['00610062000a0000']);
    expect(password.forms('utf8').map(({ bytes }) => toHex(bytes))).toEqual(['61620a']);
  });

  it('stay open where the same bytes come from two variants', () => {
    const password = new Password('\u00e4');
    const widened = password.forms('bmp').find(({ bytes }) => toHex(bytes) === '00c300a40000');
    password.confirm('bmp', widened ?? expect.fail());
    // OpenSSL before 1.1.0, and Java with a piped password.
    const utf8 = password.forms('utf8').map(({ bytes }) => toHex(bytes));
    expect(utf8).toContain('c3a4');
    expect(utf8).toContain('c383c2a4');
  });

  it('are overwritten when done', () => {
    const password = new Password('secret');
    const all = [...password.forms('utf8'), ...password.forms('bmp')];
    password.confirm('utf8', password.forms('utf8')[0] ?? expect.fail());
    password.wipe();
    expect(all.every(({ bytes }) => bytes.every((octet) => octet === 0))).toBe(true);
    expect(Buffer.from(password.forms('utf8')[0]?.bytes ?? []).toString()).toBe('secret');
  });
});

describe('all variants and encodings, in their order', () => {
  const [utf8, latin1, bouncyCastle] = [
    'as UTF-8 octets taken for one character each, as when it is piped into keytool',
    'as UTF-8 octets taken for Windows-1252, as Java reads it on Windows',
    'in UTF-16, as Java does with Bouncy Castle as its first provider',
  ];
  const octets = 'with U+FFFD for each octet beyond ASCII, as keytool reads it without a UTF-8 locale';
  const lineEnd = (name: string) => `and the line end (${name}) of the file it came from`;

  test.each<[string, readonly (readonly [text: string, description?: string])[]]>([
    ['ab', [['ab'], ['ab\r\n', lineEnd('CR and line feed')], ['ab\n', lineEnd('line feed')], ['ab\r', lineEnd('CR')]]],
    ['ab\r\n', [['ab\r\n'], ['ab', 'without the line end (CR and line feed) of the given password']]],
    ['ab\n', [['ab\n'], ['ab', 'without the line end (line feed) of the given password']]],
    ['ab\r', [['ab\r'], ['ab', 'without the line end (CR) of the given password']]],
    [
      '\u00e4\u20ac\n',
      [
        ['\u00e4\u20ac\n'],
        ['\u00c3\u00a4\u00e2\u0082\u00ac\n', utf8],
        ['\ufffd\ufffd\ufffd\ufffd\ufffd\n', octets],
        ['\u00c3\u00a4\u00e2\u201a\u00ac\n', latin1],
        ['a\u0308\u20ac\n', 'in Unicode normalization form D, as macOS writes it'],
        ['\u00e4\u20ac', 'without the line end (line feed) of the given password'],
      ],
    ],
    [
      'a\u0308\n',
      [
        ['a\u0308\n'],
        ['a\u00cc\u0088\n', utf8],
        ['a\ufffd\ufffd\n', octets],
        ['a\u00cc\u02c6\n', latin1],
        ['\u00e4\n', 'in Unicode normalization form C'],
        ['a\u0308', 'without the line end (line feed) of the given password'],
      ],
    ],
  ])('of %j', (password, expected) => {
    expect(
      passwordEncodings(password).map(({ text, description }) => [text, ...(description ? [description] : [])]),
    ).toEqual(expected);
  });

  test.each<[PasswordEncoding, readonly (string | undefined)[]]>([
    [
      'bmp',
      [
        undefined,
        'as UTF-8 octets taken for one character each, as OpenSSL before 1.1.0 does',
        'as UTF-8 octets cut to seven bits, as JDK 25 does with legacy algorithms',
        'in Windows-1252, as old tools for Windows do',
      ],
    ],
    ['utf8', [undefined, bouncyCastle, 'in Windows-1252 instead of UTF-8']],
    ['jce', [undefined]],
  ])('as %s', (encoding, expected) => {
    const forms = new Password('\u20ac').forms(encoding).filter(({ isUnlikely }) => !isUnlikely);
    expect(forms.map(({ description }) => description)).toEqual(expected);
    expect(new Password('\u4e2d').forms('utf8')[2]?.isUnlikely).toBe(true);
  });
});

describe('the first text that opens', () => {
  /** Opens with one text, and records those that are tried. */
  const opener = (right?: string) => {
    const tried: string[] = [];
    const open = async (text: string) => {
      tried.push(text);
      return text === right ? `opened with ${text.trim()}` : undefined;
    };
    return { tried, open };
  };

  test('is the password as given, if it is right; nothing else is asked', async () => {
    const [password, { tried, open }, mayRetry] = [new Password('ab'), opener('ab'), vi.fn(() => false)];
    expect(await password.firstThatOpens(open, mayRetry)).toBe('opened with ab');
    expect([tried, password.writtenAs]).toEqual([['ab'], undefined]);
    expect(mayRetry).not.toHaveBeenCalled();
  });

  test('is a variant, which is the only text from then on, in every encoding', async () => {
    const [password, { tried, open }, mayRetry] = [new Password('ab'), opener('ab\r'), vi.fn(() => true)];
    expect(password.forms('jce')).toHaveLength(4);
    expect(await password.firstThatOpens(open, mayRetry)).toBe('opened with ab');
    expect(tried).toEqual(['ab', 'ab\r\n', 'ab\n', 'ab\r']);
    expect(password.writtenAs).toBe('and the line end (CR) of the file it came from');
    // It is asked once, after the first attempt.
    expect(mayRetry).toHaveBeenCalledOnce();
    expect(password.forms('jce').map(({ bytes }) => toHex(bytes))).toEqual(['61620d']);
    const again = opener('ab');
    expect(await password.firstThatOpens(again.open)).toBeUndefined();
    expect(again.tried).toEqual(['ab\r']);
  });

  test('is not looked for among variants if that takes too long', async () => {
    const [password, { tried, open }] = [new Password('ab'), opener('ab\n')];
    expect(await password.firstThatOpens(open, () => false)).toBeUndefined();
    expect([tried, password.writtenAs]).toEqual([['ab'], undefined]);
    // A failure changes nothing.
    expect(await password.firstThatOpens(open)).toBe('opened with ab');
  });

  test('may give any result but undefined', async () => {
    for (const result of [null, 0, '', false])
      expect(await new Password('ab').firstThatOpens(() => result)).toBe(result);
  });

  test('is looked for until an error', async () => {
    const fail = () => Promise.reject(new RangeError('unexpected'));
    await expect(new Password('ab').firstThatOpens(fail)).rejects.toThrow(new RangeError('unexpected'));
  });
});

describe('a confirmed encoding', () => {
  const find = (password: Password, encoding: PasswordEncoding, hex: string) =>
    password.forms(encoding).find(({ bytes }) => toHex(bytes) === hex) ?? expect.fail();

  test('that contradicts no variant leaves the other encodings in their order', () => {
    const password = new Password('');
    password.confirm('bmp', find(password, 'bmp', ''));
    password.confirm('utf8', find(password, 'utf8', ''));
    expect(password.forms('bmp').map(({ bytes }) => bytes.length)).toEqual([0, 2]);
  });

  test('says how the keystore was written; the first answer stays', () => {
    const password = new Password('\u20ac');
    password.confirm('utf8', password.forms('utf8')[0] ?? expect.fail());
    expect(password.writtenAs).toBeUndefined();
    password.confirm('utf8', find(password, 'utf8', '80'));
    expect(password.writtenAs).toBe('in Windows-1252 instead of UTF-8');
    password.confirm('bmp', find(password, 'bmp', '00800000'));
    expect(password.writtenAs).toBe('in Windows-1252 instead of UTF-8');
  });

  test('leaves the text as given', () => expect(new Password('ab').text).toBe('ab'));
});

describe('no copy of a password is left', () => {
  /** Runs `use` with every array that holds the bytes of a password, from its creation on. */
  function copiesAfter(use: () => void): string[] {
    const made: Uint8Array[] = [];
    const encode = vi.spyOn(TextEncoder.prototype, 'encode').mockImplementation((text = '') => {
      const bytes = new Uint8Array(Buffer.from(text));
      made.push(bytes);
      return bytes;
    });
    use();
    encode.mockRestore();
    return made.map(toHex).filter((hex) => /[^0]/.test(hex));
  }

  test('when its variants are listed, and when they are encoded for PKCS#12', () => {
    expect(copiesAfter(() => passwordEncodings('p\u00e4ss'))).toEqual([]);
    expect(copiesAfter(() => new Password('p\u00e4ss').forms('bmp'))).toEqual([]);
  });

  test('in octets that are widened to characters: UTF-8, its seven bits, and Windows-1252', () => {
    const wiped = watchWiping();
    new Password('p\u00e4ss').forms('bmp');
    vi.restoreAllMocks();
    expect(wiped).toEqual(expect.arrayContaining(['p\u00c3\u00a4ss', 'pC$ss', 'p\u00e4ss']));
  });

  test.each(['utf8', 'bmp', 'jce'] as const)('when it is confirmed as %s and overwritten', (encoding) => {
    const copies = copiesAfter(() => {
      const password = new Password('p\u00e4ss');
      password.confirm(encoding, password.forms(encoding)[0] ?? expect.fail());
      password.forms('utf8');
      password.wipe();
    });
    expect(copies).toEqual([]);
  });

  test('in encodings that a variant does not use', () => {
    const wiped = watchWiping();
    new Password('\u20ac').forms('utf8');
    vi.restoreAllMocks();
    // The variant with a line feed would have two more encodings: UTF-16, and Windows-1252.
    expect(wiped).toEqual(expect.arrayContaining(['\u0020\u00ac\0\n\0\0', '\u0080\n']));
  });

  test('in encodings that two variants share', () => {
    const wiped = watchWiping();
    const forms = new Password('\u00e4').forms('bmp');
    vi.restoreAllMocks();
    // Widened UTF-8 is also the BMPString of its octets. The first of the two is kept.
    expect(wiped).toContain('\0\u00c3\0\u00a4\0\0');
    expect(forms.filter(({ bytes }) => toHex(bytes) === '00c300a40000')).toHaveLength(1);
    expect(forms.every(({ bytes }) => bytes.some((octet) => octet !== 0))).toBe(true);
  });
});
