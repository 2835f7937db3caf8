import { describe, expect, test } from 'vitest';
import { hookEnvironment } from '../../../src/cli/convert/hook-environment.js';
import { domainNamesOf, domainsOf, fittingDomains } from '../../../src/cli/convert/renewed-domains.js';
import type { Host } from '../../../src/cli/host.js';
import { ext, generalName, leafOf, party } from '../../x509/certificate-maker.js';

const ca = party('CA');
const named = (host: string, ...names: string[]) =>
  leafOf(ca, {
    host,
    extensions: names.length > 0 ? [ext.subjectAltName(...names.map((each) => generalName.dns(each)))] : [],
  });

describe('the names that a hook gets', () => {
  test.each<[string, string[], string[]]>([
    ['the alternative names', ['a.example', '*.b.example', 'A.example'], ['a.example', '*.b.example', 'A.example']],
    ['no shell characters', ['a.example', '$(reboot)', 'a b', 'a;b', '*.*.x', '-a', 'a-', '.a', ''], ['a.example']],
    ['names of 253 characters at most', ['x'.repeat(253), 'x'.repeat(254)], ['x'.repeat(253)]],
    ['names of one character, and with underscores', ['a', '_dmarc.x'], ['a', '_dmarc.x']],
  ])('are %s', (_, names, expected) => expect(domainNamesOf(named('mail.example', ...names))).toEqual(expected));

  test('are the common name if there are no others and it is a host name', () => {
    expect([domainNamesOf(named('mail.example')), domainNamesOf(named('Mail Server'))]).toEqual([['mail.example'], []]);
    const addressOnly = leafOf(ca, {
      host: 'mail.example',
      extensions: [ext.subjectAltName(generalName.ip(1, 2, 3, 4))],
    });
    expect(domainNamesOf(addressOnly)).not.toContain('1.2.3.4');
  });

  test('are each given once, as far as they fit into a variable of 100,000 characters', () => {
    expect(fittingDomains(['a', 'b', 'a'])).toEqual({ names: ['a', 'b'], left: 0 });
    const many = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(9, '0'));
    expect(fittingDomains(many)).toEqual({ names: many, left: 0 });
    expect(fittingDomains([...many, 'x', 'y'])).toEqual({ names: many, left: 2 });
  });

  test('are not collected without a hook, and what is left out is a warning', () => {
    const leaf = named('mail.example', 'a.example');
    expect(domainsOf([leaf, leaf], true)).toEqual({ domains: ['a.example'], warnings: [] });
    expect(domainsOf([leaf], false)).toEqual({ domains: [], warnings: [] });
  });
});

describe('the environment of a hook', () => {
  const environment = { PATH: '/bin', SECRET: 'x', JKS2PEM_STOREPASS: 'y', OTHER: 'z', EMPTY: undefined };
  const host = { wholeEnvironment: () => environment } as unknown as Host;
  const warnings: string[] = [];
  const make = (files: string[], domains: string[]) =>
    hookEnvironment({ files, domains }, ['SECRET', 'JKS2PEM_STOREPASS'], host, (message) => warnings.push(message));

  test("has certbot's variables, and none that held a password", () => {
    expect(make(['/etc/a.pem', '/etc/b.pem', '/srv/c.pem'], ['a.example', 'b.example'])).toEqual({
      PATH: '/bin',
      OTHER: 'z',
      RENEWED_LINEAGE: '/etc\n/srv',
      RENEWED_DOMAINS: 'a.example b.example',
      JKS2PEM_FILES: '/etc/a.pem\n/etc/b.pem\n/srv/c.pem',
    });
    expect(warnings).toEqual([]);
    expect(make(['a.pem'], [])['JKS2PEM_FILES']).toBe(`${process.cwd()}/a.pem`);
  });

  test('says how many names do not fit', () => {
    make(
      [],
      Array.from({ length: 12_345 }, (_, i) => String(i).padStart(9, '0')),
    );
    expect(warnings).toEqual([
      'RENEWED_DOMAINS is truncated: 2,345 more names do not fit into an environment variable',
    ]);
  });

  test('cannot name a file with a line feed', () => {
    expect(() => make(['/etc/a\nb.pem'], [])).toThrow(
      '/etc/a\nb.pem: a file name with a line feed cannot be passed to a deploy hook',
    );
  });
});
