import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { Tag } from '../../../src/asn1/tag.js';
import { foldText, nameKey, normalizeName } from '../../../src/x509/name/normalized-name.js';
import { name } from '../certificate-maker.js';

const keyOf = (der: Uint8Array) => nameKey(normalizeName(Asn1Element.only(der, 'name')));
const notText = (value: number) =>
  encodeSequence(
    encodeElement(
      Tag.set | 0x20,
      encodeSequence(encodeObjectIdentifier('2.5.4.3'), encodeElement(Tag.integer, Uint8Array.of(value))),
    ),
  );
const latin1 = (value: string) =>
  encodeSequence(
    encodeElement(
      Tag.set | 0x20,
      encodeSequence(
        encodeObjectIdentifier('2.5.4.3'),
        encodeElement(Tag.teletexString, new Uint8Array(Buffer.from(value, 'latin1'))),
      ),
    ),
  );

describe('foldText', () => {
  it('makes the final sigma equal to the other one, as case folding does', () => {
    expect([foldText('ΟΔΟΣ'), foldText('οδος'), foldText('οδοσ')]).toEqual(['οδοσ', 'οδοσ', 'οδοσ']);
  });

  it('removes a character that is to be ignored even if the text contains nothing else', () => {
    expect([foldText('\u00ad'), foldText('\u200b\u200b'), foldText('\u0000')]).toEqual(['', '', '']);
  });

  it('takes out every control and format character, and makes every kind of space one', () => {
    for (let code = 0; code < 0x10000; code++) {
      const character = String.fromCharCode(code);
      if (/[^\S\ufeff]|\u0085/u.test(character)) expect(foldText(`a${character}b`), code.toString(16)).toBe('a b');
      else if (/[\p{Cc}\p{Cf}]/u.test(character)) expect(foldText(`a${character}b`), code.toString(16)).toBe('ab');
    }
  });
});

// RFC 4518 2.2: the Mongolian todo soft hyphen, the zero width no-break space, the combining grapheme joiner, variation selectors, the
// object replacement character, and language tags.
it.each(['\u1806', '\ufeff', '\u034f', '\u180b', '\u180c', '\u180d', '\ufe00', '\ufe0f', '\ufffc', '\u{e0001}'])(
  'foldText removes %j',
  (ignored) => expect(foldText(`a${ignored}b`)).toBe('ab'),
);

it.each(['\u034e', '\u0350', '\u180a', '\ufe10', '\u00a1', '\u00ae', '\u0370', '\u3042', '\u9fff', '\u{1f511}'])(
  'foldText keeps %j',
  (kept) => expect(foldText(`a${kept}b`)).not.toBe('ab'),
);

describe('names that are equal (RFC 5280 7.1)', () => {
  const equal: [string, Uint8Array, Uint8Array][] = [
    ['another string type', name('CN=Example CA,C=DE', Tag.printableString), name('CN=Example CA,C=DE')],
    ['BMPString', name('CN=Grüne Wiese', Tag.bmpString), name('CN=GRÜNE WIESE')],
    ['TeletexString, read as ISO 8859-1', latin1('Zürich'), name('CN=zürich')],
    ['case', name('CN=EXAMPLE ca'), name('CN=example CA')],
    ['white space inside', name('CN=Example   CA'), name('CN=Example CA')],
    ['white space around', name('CN=  Example CA '), name('CN=Example CA')],
    ['tabs', name('CN=Example\tCA'), name('CN=Example CA')],
    ['case beyond ASCII', name('CN=ΣΊΣΥΦΟΣ'), name('CN=σίσυφοσ')],
    ['sharp s', name('CN=Straße'), name('CN=STRASSE')],
    ['compatibility characters', name('CN=ﬁne'), name('CN=FINE')],
    ['composition', name('CN=e\u0301t\u00e9'), name('CN=\u00c9T\u00c9')],
    ['soft hyphen', name('CN=exam\u00adple'), name('CN=example')],
    ['order within one relative name', name('CN=a+OU=b'), name('OU=b+CN=a')],
  ];
  for (const [title, a, b] of equal) {
    it(title, () => {
      expect(keyOf(a)).toBe(keyOf(b));
    });
  }

  const different: [string, Uint8Array, Uint8Array][] = [
    ['a letter', name('CN=Example CA'), name('CN=Example CB')],
    ['the order of relative names', name('CN=a,OU=b'), name('OU=b,CN=a')],
    ['one relative name for two', name('CN=a,OU=b'), name('CN=a+OU=b')],
    ['the attribute type', name('CN=a'), name('OU=a')],
    ['one value for two attributes', name('OU=b2.5.4.3=a'), name('CN=a+OU=b')],
    ['the bytes of a value that is no text', notText(5), notText(6)],
    ['one more part', name('CN=a'), name('CN=a,OU=b')],
    ['missing space', name('CN=Example CA'), name('CN=ExampleCA')],
    ['a separator in the text', name('CN=a\u00012.5.4.3=b'), name('CN=a,CN=b')],
  ];
  for (const [title, a, b] of different) it(`not: ${title}`, () => expect(keyOf(a)).not.toBe(keyOf(b)));

  it('takes a name that cannot be read for equal to itself only', () => {
    const broken = encodeSequence(encodeElement(Tag.integer, Uint8Array.of(1)));
    expect(keyOf(broken)).toMatch(/^#/);
  });

  it('takes for unreadable a name of which one part cannot be read', () => {
    const readable = name('CN=last').subarray(2);
    const broken = encodeSequence(encodeElement(Tag.set | 0x20, Uint8Array.of(0x02, 0x01, 0x01)), readable);
    expect(keyOf(broken)).toMatch(/^#/);
  });
});
