import { describe, expect, test } from 'vitest';
import { indexPath, parseTableReference, readTable } from '../../../src/postfix/configuration/lookup-table.js';
import { Site } from '../../../src/postfix/configuration/site.js';
import { installation, now } from '../sound-installation.js';

describe('a reference to a table', () => {
  test.each([
    ['hash:/etc/postfix/a', 'hash', '/etc/postfix/a'],
    ['proxy:btree:/a', 'btree', '/a'],
    ['inline:{ a=b }', 'inline', '{ a=b }'],
    ['mysql:/a:b', 'mysql', '/a:b'],
    ['static:', 'static', ''],
  ])('%s', (text, type, name) => expect(parseTableReference(text)).toEqual({ type, name }));

  test.each(['/etc/postfix/a', 'HASH:/a', 'a b:/c', ':/a', '1:/a'])('%s is none', (text) =>
    expect(parseTableReference(text)).toBeUndefined(),
  );

  test.each([
    ['hash', '/a.db'],
    ['btree', '/a.db'],
    ['lmdb', '/a.lmdb'],
    ['cdb', '/a.cdb'],
    ['dbm', '/a.pag'],
    ['texthash', undefined],
    ['cidr', undefined],
    ['mysql', undefined],
  ])('of type %s has the index %s', (type, path) => expect(indexPath({ type, name: '/a' })).toBe(path));
});

describe('the rows of a table', () => {
  const read = (text: string, content?: string) => {
    const site = Site.parse(installation({ bundle: content === undefined ? {} : { '/a': content } }), { now });
    const reference = parseTableReference(text);
    return reference && readTable(site, reference)?.map(({ key, value }) => `${key}=${value}`);
  };
  const content = [
    '# a comment',
    'a  1 \r',
    'b\t2',
    '   3  ',
    '',
    '  # a comment, although it is indented',
    '\t4',
    'key-alone',
    ' and 5',
    'c 6 # 7',
  ].join('\n');
  // postmap(1), "TABLE FORMAT": a line that starts with white space continues a logical line; comments and empty lines are skipped.
  const rows = ['a=1', 'b=2 3 4 and 5', 'c=6 # 7'];

  test.each(['hash', 'btree', 'lmdb', 'cdb', 'dbm', 'texthash', 'cidr', 'regexp', 'pcre', 'proxy:hash'])(
    'of type %s are read from its text',
    (type) => expect(read(`${type}:/a`, content)).toEqual(rows),
  );

  test('that begins with white space has no key to continue', () =>
    expect(read('hash:/a', ' x 1\ny 2\n')).toEqual(['x=1', 'y=2']));

  test.each(['mysql', 'ldap', 'unix', 'socketmap'])('of type %s are not known', (type) =>
    expect(read(`${type}:/a`, content)).toBeUndefined(),
  );

  test('of a missing text are not known', () => expect(read('hash:/a')).toBeUndefined());

  test.each([
    ['static:OK', ['=OK']],
    ['static:{ 550 no, thanks }', ['=550 no, thanks']],
    ['inline:{ a=b, c=d }', ['a=b', 'c=d']],
    ['inline:{ { a = b c }, {d=e} }', ['a=b c', 'd=e']],
    ['inline:{ nonsense }', []],
    ['inline:', []],
  ])('%s', (text, expected) => expect(read(text)).toEqual(expected));
});
