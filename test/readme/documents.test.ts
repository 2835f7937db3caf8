import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { warningCodes } from '../../src/warnings.js';
import { project } from '../project.js';
import { documents } from './code-blocks.js';

const read = (path: string) => readFileSync(join(project, path), 'utf8');

test('README.md has 6 kB at most', () => expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(6 * 1024));

describe.each([...documents, 'CONTRIBUTING.md', 'SECURITY.md'])('%s', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)]+)\)/g)]
    .map((match) => match[1] as string)
    .filter((link) => !/^https?:/.test(link));

  test('links to files and headings that exist', () => {
    for (const link of links) {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      expect(existsSync(join(project, target)), link).toBe(true);
      if (heading !== undefined) expect(headingsOf(target), link).toContain(heading);
    }
  });
});

/** The anchors that GitHub makes of headings. */
function headingsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/errors.md', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `((?:ERR|WARN)_[A-Z_]+)` \| (.*) \| (.*) \|$/gm)];
  const described = rows.map((match) => match[1] as string);
  const errorCodes = [...read('src/errors.ts').matchAll(/^ {2}\| '(ERR_[A-Z_]+)'/gm)].map(([, code]) => code as string);
  const defined = [...errorCodes, ...warningCodes];

  test('has one row for each code in src/errors.ts and src/warnings.ts, and no other', () => {
    expect(defined.length).toBeGreaterThan(30);
    expect([...described].sort()).toEqual([...defined].sort());
  });

  test('gives each a cause and a remedy', () => {
    for (const [, code, cause, remedy] of rows) {
      expect(cause?.length, `cause of ${code}`).toBeGreaterThan(20);
      expect(remedy?.length, `remedy of ${code}`).toBeGreaterThan(3);
    }
  });
});
