import { expect, test } from 'vitest';
import { warningTexts } from '../../src/cli/report.js';
import type { Warning } from '../../src/warnings.js';

test('twenty warnings of a kind are shown, and the number of the others', () => {
  const many: Warning[] = Array.from({ length: 9_000 }, (_, i) => ({
    code: 'WARN_ENTRY_UNREADABLE',
    alias: `a${i}`,
    message: 'cannot be read',
  }));
  const other: Warning = { code: 'WARN_DOMAINS_CUT', message: 'cut' };
  const texts = warningTexts([...many, other]);
  expect(texts).toHaveLength(22);
  expect(texts.slice(19)).toEqual([
    '"a19": cannot be read [WARN_ENTRY_UNREADABLE]',
    'cut [WARN_DOMAINS_CUT]',
    '… 8,980 more like this [WARN_ENTRY_UNREADABLE]',
  ]);
});
