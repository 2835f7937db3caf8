import { describe, expect, test } from 'vitest';
import { isTable, readToml } from '../../../src/cli/configuration/toml.js';

/** Every number in it, and every text that is one, is that of the line in which its value begins. */
const document = `# a comment = 0, [x]
top = 2
"a = b" = 3 # "not a text
'c ] # d' = 4
dotted.key."with.dot" = 5
dotted.other = 6
text = "7"
escaped = { v = 8, quote = "\\" = {", last = 8 }
'literal' = { v = '9', backslash = 'C:\\', last = 9 }
many = """10"""
lines = { v = 11, t = """
a = "b" [x]
\\""" still
""", last = 14 }
quotes = { v = 15, t = """a"""", u = """a""""", w = '''a''''', last = 15 }
empty = { v = 16, e = "", f = '', g = [], h = {}, last = 16 }
list = [17, 17, # 0 ]
  18,
  [19, [19,
    20], { a = 20 }],

  22
]
date = { v = 24, d = 2026-11-26T03:12:00Z, f = 1.5, b = true, last = 24 }
spaced   =   25

[ table . sub ]
a = 28
[table]
b = 30
[[each]]
c = 32
[each.inner]
d = 34
[[each.deep]]
e = 36
[[each.deep]]
f = 38
[[each]]
g = 40
[[each.deep]]
h = 42
[each.deep.inner]
i = 44
["quoted ] name"]
j = 46
[last] # comment
k = 48
"e\\"] = 0 #" = 49
'l\\' = 50
raw = { v = 51, t = '''
"""] = '' # }
''', last = 53 }
["quoted \\"] too"]
z = 55
s = ["] #",
  57, '] #',
  58]
c = { v = 59, t = """a \\
b""", last = 60 }
# x = 0`;

/** All values below a table, with their paths. */
function leaves(value: unknown, path: readonly (string | number)[]): [readonly (string | number)[], number][] {
  const isLine = Number.isInteger(value) || (typeof value === 'string' && /^\d+$/.test(value));
  if (isLine) return [[path, Number(value)]];
  if (Array.isArray(value)) return value.flatMap((each, i) => leaves(each, [...path, i]));
  if (isTable(value)) return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
  return [];
}

describe('every value has the line in which it begins', () => {
  test.each([
    ['line feeds', (text: string) => text],
    ['line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a line end at the end', (text: string) => `${text}\n`],
  ])('with %s', (_, write) => {
    const { tables, lines } = readToml(write(document));
    const found = leaves(tables, []);
    expect(found.map(([path]) => `${JSON.stringify(path)}: ${lines.of(path)}`)).toEqual(
      found.map(([path, line]) => `${JSON.stringify(path)}: ${line}`),
    );
    expect(found).toHaveLength(48);
  });
});

test.each<[readonly (string | number)[], number]>([
  [[], 1],
  [['none'], 1],
  [['dotted'], 5],
  [['dotted', 'key'], 5],
  [['dotted', 'none'], 5],
  [['text'], 7],
  [['lines', 't'], 11],
  [['lines'], 11],
  [['list', 2], 18],
  [['list', 3], 19],
  [['list', 3, 1, 1], 20],
  [['list', 9], 17],
  [['table'], 29],
  [['table', 'sub'], 27],
  [['table', 'sub', 'none'], 27],
  [['each'], 31],
  [['each', 0], 31],
  [['each', 1], 39],
  [['each', 0, 'inner'], 33],
  [['each', 0, 'deep'], 35],
  [['each', 0, 'deep', 1, 'none'], 37],
  [['each', 1, 'deep', 0], 41],
  [['each', 1, 'deep', 0, 'inner'], 43],
  [['each', 1, 'none', 5], 39],
  [['quoted ] name'], 45],
  [['last', 'none'], 47],
])('%j is at line %i, or in a table that begins there', (path, line) => {
  expect(readToml(document).lines.of(path)).toBe(line);
});
