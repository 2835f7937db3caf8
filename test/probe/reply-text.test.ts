import { expect, test } from 'vitest';
import { replyText } from '../../src/probe/smtp-session.js';

test('no reply fills a line of the report', () => {
  const lines = Array.from({ length: 200 }, () => 'x'.repeat(4_000));
  expect(replyText({ code: 554, lines }).length).toBeLessThanOrEqual(300);
});
