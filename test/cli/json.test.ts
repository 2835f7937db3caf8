import { expect, test } from 'vitest';
import { toJson, toJsonLine } from '../../src/cli/json.js';

test('JSON is indented by two spaces, or has one line for each object', () => {
  expect(toJson({ a: [1], b: null })).toBe('{\n  "a": [\n    1\n  ],\n  "b": null\n}\n');
  expect(toJsonLine({ a: [1], b: null })).toBe('{"a":[1],"b":null}\n');
});

test.each<[string, string, string]>([
  ['a control character', '\u0007', '\\u0007'],
  ['a line feed in a text', '\n', '\\n'],
  ['delete', '\u007f', '\\u007f'],
  ['a C1 control character', '\u009b', '\\u009b'],
  ['a character that reverses text', '\u202e', '\\u202e'],
  ['a line separator', '\u2028', '\\u2028'],
  ['a paragraph separator', '\u2029', '\\u2029'],
  ['half of a surrogate pair', '\ud800', '\\ud800'],
  ['a private character', '\ue000', '\\ue000'],
  ['a format character beyond the BMP', '\u{e0041}', '\\udb40\\udc41'],
  ['letters and emoji, which stay', 'é証😀', 'é証😀'],
])('%s', (_, text, written) => {
  for (const json of [toJson([text]), toJsonLine([text])]) {
    expect(json).toContain(`"${written}"`);
    expect(JSON.parse(json)).toEqual([text]);
  }
});
