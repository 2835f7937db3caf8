import { describe, expect, test } from 'vitest';
import { expandParameters } from '../../../src/postfix/configuration/expand-parameters.js';

const parameters: Readonly<Record<string, string>> = {
  mydomain: 'example.com',
  myhostname: 'mail.$mydomain',
  empty: '',
  behind: '$empty',
  ten: '10',
  level: '3.6',
  self: '$self',
  one: '$two$two',
  two: '$one$one',
};
const d = '$';

/** `$` stands by itself in a template, so that the text reads as main.cf has it. */
const table: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['$myhostname', 'mail.example.com'],
  ['<$mydomain>', '<example.com>'],
  [`${d}{myhostname}.`, 'mail.example.com.'],
  ['$(mydomain)', 'example.com'],
  ['$unknown!', '!'],
  ['a$$b', 'a$b'],
  ['costs 5$', 'costs 5$'],
  ['$.', '$.'],
  [`${d}{mydomain?yes}`, 'yes'],
  [`${d}{empty?yes}`, ''],
  [`${d}{behind?yes}`, 'yes'],
  [`${d}{empty:no}`, 'no'],
  [`${d}{mydomain:no}`, ''],
  [`${d}{mydomain?{yes}:{no}}`, 'yes'],
  [`${d}{empty?{yes}:{no}}`, 'no'],
  [`${d}{empty?{yes} : {$mydomain}}`, 'example.com'],
  [`${d}{empty:{$mydomain}}`, 'example.com'],
  [`${d}{mydomain?$myhostname}`, 'mail.example.com'],
  [`${d}{{$mydomain} == {example.com} ? {same} : {other}}`, 'same'],
  [`${d}{{$mydomain} != {example.com} ? {other} : {same}}`, 'same'],
  [`${d}{{$ten} < {9} ? {less} : {more}}`, 'more'],
  [`${d}{{a$ten} < {a9} ? {less} : {more}}`, 'less'],
  [`${d}{{$ten} >= {10} ? {yes}}`, 'yes'],
  [`${d}{{$ten} > {10} ? {yes}}`, ''],
  [`${d}{{3.10} <level {3.9} ? {less} : {more}}`, 'more'],
  [`${d}{{$level} <=level {3.6} ? {yes} : {no}}`, 'yes'],
  [`${d}{{$level} ==level {3.6.0} ? {yes} : {no}}`, 'yes'],
  [`${d}{{0} <level {1} ? {} : {permit_mynetworks, reject}}`, ''],
  [`${d}{{$level} <level {1} ? {} : {permit_mynetworks, reject}}`, 'permit_mynetworks, reject'],
  [`${d}{{a} == {a}}`, 'bool:true'],
  [`${d}{{a} == {b}}`, ''],
  ['$self', ''],
  [`${d}{unfinished`, `${d}{unfinished`],
  [`${d}{}`, `${d}{}`],
  [`${d}{{a} ~ {b}}`, `${d}{{a} ~ {b}}`],
];

describe('parameters in values', () => {
  test.each(table)('%s is %j', (text, expected) => {
    expect(expandParameters(text, (name) => parameters[name])).toBe(expected);
  });

  test('what doubles itself comes to an end', () => {
    expect(expandParameters('$one', (name) => parameters[name]).length).toBeLessThan(100_000);
    const wide = (name: string) => (name.length > 40 ? 'x'.repeat(1_000) : `$${name}a$${name}b`);
    expect(expandParameters('$z', wide).length).toBeLessThan(200_000);
  });
});
