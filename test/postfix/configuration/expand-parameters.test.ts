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
  [`${d}{{a} == {a}}`, 'true'],
  [`${d}{{a} == {b}}`, ''],
  ['$self', ''],
  [`${d}{unfinished`, `${d}{unfinished`],
  [`${d}{}`, `${d}{}`],
  [`${d}{{a} ~ {b}}`, `${d}{{a} ~ {b}}`],
  ['$(mydomain', '$(mydomain'],
  ['$(mydomain)}', 'example.com}'],
  [`${d}{ mydomain }`, 'example.com'],
  [`${d}{mydomain ? yes}`, ' yes'],
  [`${d}{mydomain?{yes}}`, 'yes'],
  [`${d}{empty?{yes}}`, ''],
  [`${d}{empty?{yes}:no}`, 'no'],
  [`${d}{empty?{yes}:$mydomain}`, 'example.com'],
  // Numbers are compared as numbers, all else as text.
  [`${d}{{010} == {10}}`, 'true'],
  [`${d}{{10x} < {9x}}`, 'true'],
  [`${d}{{10} < {9x}}`, 'true'],
  [`${d}{{9x} > {10}}`, 'true'],
  [`${d}{{x9} > {10}}`, 'true'],
  [`${d}{{10} < {x9}}`, 'true'],
  [`${d}{{} < {0}}`, 'true'],
  [`${d}{{10} < {9}}`, ''],
  [`${d}{{a} < {b}}`, 'true'],
  [`${d}{{b} < {a}}`, ''],
  [`${d}{{a} < {a}}`, ''],
  [`${d}{{a} <= {a}}`, 'true'],
  [`${d}{{b} <= {a}}`, ''],
  [`${d}{{b} > {a}}`, 'true'],
  [`${d}{{a} > {a}}`, ''],
  [`${d}{{a} >= {a}}`, 'true'],
  [`${d}{{a} >= {b}}`, ''],
  [`${d}{{a} != {b}}`, 'true'],
  [`${d}{{a} != {a}}`, ''],
  [`${d}{{3.6.1} !=level {3.6}}`, 'true'],
  [`${d}{{3.6} !=level {3.6.0}}`, ''],
  [`${d}{{3.10} >level {3.9}}`, 'true'],
  [`${d}{{3.10} >=level {3.10.0}}`, 'true'],
  [`${d}{{$ten} == {10} ? yes}`, ' yes'],
  [`${d}{{$ten} == {11} ? {yes} : no}`, ' no'],
  [`${d}{{a} = {a}}`, `${d}{{a} = {a}}`],
  [`${d}{{a} == b}`, `${d}{{a} == b}`],
  [`${d}{a == {a}}`, `${d}{a == {a}}`],
  ['$mydomain$ten', 'example.com10'],
  ['$mydomain-$ten', 'example.com-10'],
];

describe('parameters in values', () => {
  test.each(table)('%s is %j', (text, expected) => {
    expect(expandParameters(text, (name) => parameters[name])).toBe(expected);
  });

  // mac_expand(3): a hundred levels are expanded, and the text below them is not.
  test.each([
    [99, 'end'],
    [100, ''],
  ])('a name behind %i others', (count, expected) => {
    const next = (name: string) => (name === `n${count}` ? 'end' : `$n${Number(name.slice(1)) + 1}`);
    expect(expandParameters('$n0', next)).toBe(expected);
  });

  test('a long text without references is not cut', () => {
    const long = 'x'.repeat(100_000);
    expect(expandParameters(long, () => undefined)).toBe(long);
    expect(expandParameters(`$a $b`, () => long)).toBe(`${long} `.slice(0, 100_000));
  });

  test('what doubles itself comes to an end', () => {
    expect(expandParameters('$one', (name) => parameters[name]).length).toBeLessThan(100_000);
    const wide = (name: string) => (name.length > 40 ? 'x'.repeat(1_000) : `$${name}a$${name}b`);
    expect(expandParameters('$z', wide).length).toBeLessThan(200_000);
  });
});
