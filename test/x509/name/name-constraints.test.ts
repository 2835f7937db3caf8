import { describe, expect, it } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { buildCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import {
  certify,
  ext,
  extension,
  generalName as g,
  leafOf,
  name,
  now,
  party,
  type Recipe,
  root,
  serverAuth,
} from '../certificate-maker.js';

const top = party('Top');
const ca = party('CA');

/** undefined if a leaf with these names passes a root with these constraints, else why not. */
function verdict(constraints: Uint8Array, names: Uint8Array[], recipe: Recipe = {}): string | undefined {
  const anchor = root(top, { more: [constraints] });
  const leaf = leafOf(ca, {
    subject: name(''),
    extensions: [ext.extKeyUsage(serverAuth), ...(names.length > 0 ? [ext.subjectAltName(...names)] : [])],
    ...recipe,
  });
  try {
    buildCertificationPath(leaf, {
      now,
      candidates: [certify(ca, top)],
      // Constraints on directories would meet the name of the CA.
      trustAnchors: [anchor],
      preference: 'shortest',
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const permitted = (...bases: Uint8Array[]) => ext.nameConstraints(bases);
const excluded = (...bases: Uint8Array[]) => ext.nameConstraints([], bases);

describe('name constraints (RFC 5280 4.2.1.10)', () => {
  const table: [string, string, Uint8Array, string, Uint8Array, boolean][] = (
    [
      // kind, base, name, whether the name lies in the subtree
      ['dns', 'example.com', 'example.com', true],
      ['dns', 'example.com', 'www.example.com', true],
      ['dns', 'example.com', 'a.b.EXAMPLE.com', true],
      ['dns', 'EXAMPLE.com', 'www.example.com.', true],
      ['dns', 'example.com', 'badexample.com', false],
      ['dns', 'www.example.com', 'example.com', false],
      ['dns', 'www.example.com', 'xxexample.com', false],
      ['dns', 'example.com', 'mail.example.com.test', false],
      ['dns', '.example.com', 'www.example.com', true],
      ['dns', '.example.com', 'example.com', false],
      ['dns', '', 'anything.test', true],
      ['dns', 'example.com', '*.example.com', true],
      ['email', 'user@example.com', 'user@example.com', true],
      ['email', 'user@example.com', 'user@EXAMPLE.COM', true],
      ['email', 'user@example.com', 'User@example.com', false],
      ['email', 'example.com', 'anyone@example.com', true],
      ['email', 'example.com', 'anyone@mail.example.com', false],
      ['email', '.example.com', 'anyone@mail.example.com', true],
      ['email', '.example.com', 'anyone@example.com', false],
      ['email', 'example.com', '"odd@name"@example.com', true],
      ['uri', 'example.com', 'https://example.com/path', true],
      ['uri', 'example.com', 'https://user:pw@example.com:8443/path?x@y', true],
      ['uri', 'example.com', 'https://www.example.com/', false],
      ['uri', '.example.com', 'ldap://www.example.com', true],
      ['uri', '.example.com', 'https://example.com', false],
      ['email', '', 'anyone@anything.test', true],
      ['uri', '', 'https://anything.test/', true],
      ['uri', 'example.com', 'HTTPS://EXAMPLE.com.', true],
      ['uri', 'example.com', 'https://example.com:', true],
      ['uri', 'example.com', 'https://example.com?x', true],
      ['uri', 'example.com', 'https://example.com#x', true],
      ['uri', 'example.com', 'https://other.test@example.com', true],
      ['uri', 'example.com', 'https://a@b@example.com', true],
      ['uri', 'other.test', 'https://example.com/@other.test', false],
      ['uri', 'example.com', 'https://exam:1ple.com/', false],
      ['uri', '.example.com', 'https://1.example.com', true],
    ] as const
  ).map(([kind, base, text, inside]) => [`${kind} ${base}`, base, g[kind](base), text, g[kind](text), inside]);
  for (const [title, , base, text, subject, inside] of table) {
    it(`${title} ${inside ? 'covers' : 'does not cover'} ${text}`, () => {
      expect(verdict(permitted(base), [subject]) === undefined).toBe(inside);
      expect(verdict(excluded(base), [subject]) === undefined).toBe(!inside);
    });
  }

  const addresses: [number[], number[], boolean][] = [
    [[192, 0, 2, 0, 255, 255, 255, 0], [192, 0, 2, 77], true],
    [[192, 0, 2, 0, 255, 255, 255, 0], [192, 0, 3, 1], false],
    [[0, 0, 0, 0, 0, 0, 0, 0], [10, 1, 1, 1], true],
    [[10, 0, 16, 0, 255, 255, 240, 0], [10, 0, 31, 255], true],
    [[10, 0, 16, 0, 255, 255, 240, 0], [10, 0, 32, 0], false],
    [[192, 0, 2, 0, 255, 255, 255, 0], [...Array<number>(15).fill(0), 1], false],
    [[...Array<number>(16).fill(0), ...Array<number>(16).fill(0)], [...Array<number>(15).fill(0), 1], true],
  ];
  for (const [base, address, inside] of addresses) {
    it(`ip ${base.join('.')} ${inside ? 'covers' : 'does not cover'} ${address.join('.')}`, () => {
      expect(verdict(permitted(g.ip(...base)), [g.ip(...address)]) === undefined).toBe(inside);
      expect(verdict(excluded(g.ip(...base)), [g.ip(...address)]) === undefined).toBe(!inside);
    });
  }

  it('keeps a wildcard out if one of the names it stands for is excluded', () => {
    expect(verdict(excluded(g.dns('secret.example.com')), [g.dns('*.example.com')])).toMatch(
      /"\*\.example\.com" is excluded/,
    );
    expect(verdict(excluded(g.dns('a.secret.example.com')), [g.dns('*.example.com')])).toBeUndefined();
    expect(verdict(permitted(g.dns('secret.example.com')), [g.dns('*.example.com')])).toMatch(/not permitted/);
  });

  it('lets names of other forms pass', () => {
    expect(verdict(permitted(g.ip(10, 0, 0, 0, 255, 0, 0, 0)), [g.dns('example.com')])).toBeUndefined();
    expect(verdict(excluded(g.email('example.com')), [g.dns('example.com')])).toBeUndefined();
  });

  it('lets an exclusion win', () => {
    const both = ext.nameConstraints([g.dns('example.com')], [g.dns('www.example.com')]);
    expect(verdict(both, [g.dns('example.com')])).toBeUndefined();
    expect(verdict(both, [g.dns('example.com'), g.dns('www.example.com')])).toMatch(/excluded/);
  });

  it('holds the subject against directory names, white space and case folded', () => {
    const base = permitted(g.directory('C=DE,O=Example'), g.directory('CN=CA'));
    expect(verdict(base, [], { subject: name('C=de,O=EXAMPLE ,CN=host') })).toBeUndefined();
    expect(verdict(base, [], { subject: name('C=de,O=Other,CN=host') })).toMatch(/subject .* is not permitted/);
    expect(verdict(base, [], { subject: name('O=Example,C=DE') })).toMatch(/not permitted/);
    expect(verdict(base, [g.directory('O=Other')], { subject: name('C=DE,O=Example') })).toMatch(/directory name/);
    expect(verdict(base, [g.directory('C=DE,O=example,CN=a')], { subject: name('C=DE,O=Example') })).toBeUndefined();
    expect(verdict(excluded(g.directory('C=DE')), [g.directory('C=DE,O=a')])).toMatch(/directory name .* is excluded/);
    expect(verdict(excluded(g.directory('C=DE')), [], { subject: name('C=DE,O=Example') })).toMatch(/excluded/);
  });

  it('reads mail addresses in the subject, and host names if there is no alternative name of the kind', () => {
    const mail = name('emailAddress=a@other.test');
    expect(verdict(permitted(g.email('example.com')), [], { subject: mail })).toMatch(/mail address/);
    expect(verdict(permitted(g.email('other.test')), [], { subject: mail })).toBeUndefined();
    const host = name('CN=www.other.test');
    expect(verdict(permitted(g.dns('example.com')), [], { subject: host })).toMatch(/DNS name "www.other.test"/);
    expect(verdict(permitted(g.dns('example.com')), [g.dns('example.com')], { subject: host })).toBeUndefined();
    expect(verdict(permitted(g.dns('example.com')), [], { subject: name('CN=Joe Bloggs') })).toBeUndefined();
    for (const text of ['my www.other.test', 'www.other.test!', 'www..test', '.test', '-www.other.test', 'localhost'])
      expect(verdict(permitted(g.dns('example.com')), [], { subject: name(`CN=${text}`) }), text).toBeUndefined();
    for (const text of ['a.b', 'A_1.b-2.c', '_a.b\0\0'])
      expect(verdict(permitted(g.dns('example.com')), [], { subject: name(`CN=${text}`) }), text).toMatch(
        /not permitted/,
      );
  });

  it('refuses what cannot be compared', () => {
    expect(verdict(permitted(g.uri('example.com')), [g.uri('urn:isbn:1')])).toMatch(/not permitted/);
    expect(verdict(excluded(g.uri('example.com')), [g.uri('https://192.0.2.1/')])).toMatch(/excluded/);
    for (const uri of [
      'https://[2001:db8::1]/',
      'https:///path',
      'https:example.com',
      'mailto:a@example.com',
      '1https://a.test/',
    ])
      expect(verdict(excluded(g.uri('other.test')), [g.uri(uri)]), uri).toMatch(/excluded/);
    for (const mail of [
      'no mailbox',
      '@other.test',
      'user@',
      'a@b@other.test',
      'a"@b"@other.test',
      '"a@b@other.test',
    ]) {
      expect(verdict(excluded(g.email('example.com')), [g.email(mail)]), mail).toMatch(/excluded/);
      expect(verdict(permitted(g.email('')), [g.email(mail)]), mail).toMatch(/not permitted/);
    }
    expect(verdict(excluded(g.other()), [g.other()])).toMatch(/name of form \[0\] is excluded/);
    expect(verdict(permitted(g.other()), [g.other()])).toMatch(/not permitted/);
  });

  const noMask = 'GeneralSubtree: not an address with a mask';
  const broken: [string, Uint8Array, string][] = [
    ['wildcard', permitted(g.dns('*.example.com')), 'GeneralSubtree: bad constraint "*.example.com"'],
    ['two at signs', permitted(g.email('a@b@example.com')), 'GeneralSubtree: bad constraint "a@b@example.com"'],
    ['a mailbox for DNS names', permitted(g.dns('a@b.test')), 'GeneralSubtree: bad constraint "a@b.test"'],
    ['a mailbox for URIs', permitted(g.uri('a@b.test')), 'GeneralSubtree: bad constraint "a@b.test"'],
    ['address without mask', permitted(g.ip(192, 0, 2, 1)), 'GeneralSubtree: not an address with a mask'],
    ['mask with holes', permitted(g.ip(192, 0, 2, 1, 255, 0, 255, 0)), 'GeneralSubtree: not an address with a mask'],
    ['mask with octets whose bits are not contiguous', permitted(g.ip(192, 0, 2, 1, 255, 64, 0, 0)), noMask],
    ['mask of five octets', permitted(g.ip(192, 0, 2, 1, 255, 255, 255, 0, 0, 0)), noMask],
    ['a period', permitted(g.dns('.')), 'GeneralSubtree: bad constraint "."'],
    ['two periods', permitted(g.dns('a..b')), 'GeneralSubtree: bad constraint "a..b"'],
    ['a mailbox below a domain', permitted(g.email('a@.b')), 'GeneralSubtree: bad constraint "a@.b"'],
    ['a mailbox in a wildcard', permitted(g.email('a@*.b')), 'GeneralSubtree: bad constraint "a@*.b"'],
    ['a mailbox without a domain', permitted(g.email('a@')), 'GeneralSubtree: bad constraint "a@"'],
    ['a long one', permitted(g.dns('*'.repeat(301))), `GeneralSubtree: bad constraint "${'*'.repeat(299)}…"`],
    [
      'an empty subtree',
      extension('2.5.29.30', encodeSequence(encodeElement(0xa0, encodeSequence())), true),
      'GeneralSubtree: empty',
    ],
    ...[
      ['a minimum of 1', encodeElement(0x80, Uint8Array.of(1))],
      ['a maximum', encodeElement(0x81, Uint8Array.of(0))],
    ].map(([title, distance]): [string, Uint8Array, string] => [
      title as string,
      extension(
        '2.5.29.30',
        encodeSequence(encodeElement(0xa0, encodeSequence(g.dns('a.test'), distance as Uint8Array))),
      ),
      'GeneralSubtree: minimum or maximum',
    ]),
    [
      'an empty list of subtrees',
      extension('2.5.29.30', encodeSequence(encodeElement(0xa0)), true),
      'nameConstraints: nothing permitted and nothing excluded',
    ],
    ['nothing at all', ext.nameConstraints([]), 'nameConstraints: nothing permitted and nothing excluded'],
  ];
  for (const [title, constraints, fault] of broken)
    it(`refuses a malformed constraint: ${title}`, () =>
      expect(verdict(constraints, [g.dns('example.com')])).toContain(`cannot be read: nameConstraints: ${fault}`));

  it('does not constrain an empty subject, nor the common name of a CA', () => {
    expect(verdict(permitted(g.directory('CN=CA')), [g.dns('example.com')])).toBeUndefined();
    const hostLike = party('ca.other.test');
    const options = { now, candidates: [certify(hostLike, top)], preference: 'shortest' } as const;
    const trustAnchors = [root(top, { more: [permitted(g.dns('example.com'))] })];
    const leaf = leafOf(hostLike, { host: 'example.com', subject: name('') });
    expect(buildCertificationPath(leaf, { ...options, trustAnchors }).certificates).toHaveLength(2);
  });

  it('constrains a self-issued leaf, but no other self-issued certificate', () => {
    const constrained = { more: [permitted(g.directory('CN=Top'), g.dns('example.com'))] };
    const options = { now, trustAnchors: [root(top, constrained)], preference: 'shortest' } as const;
    const own = leafOf(top, { subject: name('CN=Top'), extensions: [ext.subjectAltName(g.dns('other.test'))] });
    expect(() => buildCertificationPath(own, options)).toThrow(/DNS name "other.test" is not permitted/);
  });

  it.each<[string, Uint8Array, string]>([
    ['a part of another type', encodeElement(5), 'RelativeDistinguishedName expected'],
    ['an attribute of another type', encodeElement(0x31, encodeElement(5)), 'AttributeTypeAndValue expected'],
  ])('refuses a subject with %s', (_, part, fault) => {
    const subject = encodeSequence(part);
    expect(verdict(permitted(g.dns('example.com')), [], { subject })).toContain(`${fault}, tag null found`);
  });

  const cn = encodeObjectIdentifier('2.5.4.3');
  it.each<[string, Uint8Array[], string]>([
    ['an attribute without parts', [], 'AttributeTypeAndValue: two parts expected'],
    ['an attribute without a value', [cn], 'AttributeTypeAndValue: two parts expected'],
    ['an attribute type that is no OID', [encodeElement(5), encodeElement(12)], 'attribute type expected'],
  ])('refuses a subject with %s, even if only directory names are constrained', (_, parts, fault) => {
    const subject = encodeSequence(encodeElement(0x31, encodeSequence(...parts)));
    for (const constraints of [permitted(g.directory('CN=CA')), excluded(g.directory('CN=X'))])
      expect(verdict(constraints, [], { subject })).toContain(fault);
  });

  it('names a subtree that is none', () => {
    const none = extension('2.5.29.30', encodeSequence(encodeElement(0xa0, encodeElement(5))), true);
    expect(verdict(none, [])).toContain('GeneralSubtree expected');
  });

  it('refuses a mail address in the subject that is no text', () => {
    const attribute = encodeSequence(
      encodeObjectIdentifier('1.2.840.113549.1.9.1'),
      encodeElement(2, Uint8Array.of(1)),
    );
    const subject = encodeSequence(encodeElement(0x31, attribute));
    expect(verdict(permitted(g.email('example.com')), [], { subject })).toContain('mail address "" is not permitted');
    expect(verdict(permitted(g.dns('example.com')), [], { subject })).toBeUndefined();
  });

  it('takes only a common name for a host name, and NULs alone for nothing', () => {
    expect(verdict(permitted(g.dns('example.com')), [], { subject: name('O=www.other.test') })).toBeUndefined();
    expect(verdict(permitted(g.dns('example.com')), [], { subject: name('CN=\0\0') })).toBeUndefined();
  });

  it('reads host names in the subject if there are alternative names of other kinds only', () => {
    const subject = name('CN=www.other.test');
    expect(verdict(permitted(g.dns('example.com')), [g.ip(10, 0, 0, 1)], { subject })).toMatch(/not permitted/);
  });

  it('names what is not permitted by its beginning', () => {
    const long = 'x'.repeat(400);
    const only = permitted(g.dns('example.com'), g.directory('CN=CA'));
    const shown = (start: string) => `${`${start}${long}`.slice(0, 299)}…`;
    expect(verdict(only, [g.dns(long)])).toContain(`: DNS name "${shown('')}" is not permitted`);
    expect(verdict(only, [g.directory(`CN=${long}`)])).toContain(`: directory name ${shown('CN=')} is not permitted`);
    expect(verdict(only, [], { subject: name(`CN=${long}`) })).toContain(`: subject ${shown('CN=')} is not permitted`);
    const address = g.ip(...Array<number>(400).fill(200));
    expect(verdict(permitted(g.ip(10, 0, 0, 0, 255, 0, 0, 0)), [address])).toContain(
      `: IP address ${'200.'.repeat(75).slice(0, 299)}… is not permitted`,
    );
  });

  it('names what is not permitted', () => {
    const only = permitted(g.ip(10, 0, 0, 0, 255, 0, 0, 0), g.uri('example.com'), g.email('example.com'));
    expect(verdict(only, [g.ip(192, 0, 2, 1)])).toContain('IP address 192.0.2.1 is not permitted');
    expect(verdict(only, [g.uri('https://a.test/')])).toContain('URI "https://a.test/" is not permitted');
    expect(verdict(only, [g.email('a@b.test')])).toContain('mail address "a@b.test" is not permitted');
  });

  it('exempts self-issued certificates, but not a leaf', () => {
    const anchor = root(top, { more: [permitted(g.directory('O=Example'))] });
    const next = party('Top');
    const renewed = certify(next, top);
    const fits = leafOf(next, { subject: name('O=Example,CN=a') });
    const path = buildCertificationPath(fits, {
      now,
      candidates: [renewed],
      trustAnchors: [anchor],
      preference: 'shortest',
    });
    expect(path.certificates).toEqual([fits, renewed]);
    const self = leafOf(next, { subject: name('CN=Top') });
    expect(() =>
      buildCertificationPath(self, { now, candidates: [renewed], trustAnchors: [anchor], preference: 'shortest' }),
    ).toThrow(/subject CN=Top is not permitted/);
  });

  it('costs a bounded amount of work', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => g.dns(`h${i}.test`));
    expect(
      verdict(
        excluded(...many),
        Array.from({ length: 1_000 }, (_, i) => g.dns(`x${i}.test`)),
      ),
    ).toMatch(/nameComparisons 1000000 is over the limit of 250000/);
  });
});
