import { expect, test } from 'vitest';
import { ProbeError } from '../../src/errors.js';
import { type Reply, ReplyReader } from '../../src/probe/reply-reader.js';
import { askCapabilities, offers, readGreeting, replyText } from '../../src/probe/smtp-session.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** All complete replies, and whether there is more. */
function read(...pieces: string[]): { replies: Reply[]; more: boolean } {
  const reader = new ReplyReader();
  for (const piece of pieces) reader.add(bytes(piece));
  const replies: Reply[] = [];
  for (let reply = reader.take(); reply; reply = reader.take()) replies.push(reply);
  return { replies, more: reader.hasMore };
}

test.each<[string, string[], Reply[], boolean]>([
  ['one line', ['250 ok\r\n'], [{ code: 250, lines: ['ok'] }], false],
  ['a line that ends in LF alone', ['250 ok\n'], [{ code: 250, lines: ['ok'] }], false],
  ['a code without text', ['250\r\n'], [{ code: 250, lines: [''] }], false],
  ['many lines in single bytes', [...'250-a\r\n250-\r\n250 b c\r\n'], [{ code: 250, lines: ['a', '', 'b c'] }], false],
  [
    'two replies in one piece',
    ['220 a\r\n554-b\r\n554 c\r\n'],
    [
      { code: 220, lines: ['a'] },
      { code: 554, lines: ['b', 'c'] },
    ],
    false,
  ],
  ['half a line', ['220 a\r\n25'], [{ code: 220, lines: ['a'] }], true],
  ['half a reply', ['220 a\r\n250-b\r\n'], [{ code: 220, lines: ['a'] }], true],
  ['UTF-8 across two pieces', ['250 m\u00fc'.slice(0, 5), '\u00fc\r\n'], [{ code: 250, lines: ['m\u00fc'] }], false],
])('%s', (_, pieces, replies, more) => expect(read(...pieces)).toEqual({ replies, more }));

test('a reply that is complete and not taken is more than was asked for', () => {
  const reader = new ReplyReader();
  reader.add(bytes('250 ok\r\n'));
  expect(reader.hasMore).toBe(true);
  reader.take();
  expect(reader.hasMore).toBe(false);
});

test.each([
  ['199 a\r\n', 'this is not SMTP: "199 a"'],
  ['600 a\r\n', 'this is not SMTP: "600 a"'],
  ['2500 a\r\n', 'this is not SMTP: "2500 a"'],
  ['x250 a\r\n', 'this is not SMTP: "x250 a"'],
  ['250+a\r\n', 'this is not SMTP: "250+a"'],
  [`${'y'.repeat(100)}\r\n`, `this is not SMTP: "${'y'.repeat(80)}"`],
  ['250-a\r\n251 b\r\n', 'a reply changes from 250 to 251'],
])('%j is refused', (text, message) => expect(() => read(text)).toThrow(new ProbeError(message)));

test.each<[string, string, string, string]>([
  ['bytes in a line', `250 ${'x'.repeat(4_092)}`, 'x', 'a reply line of more than 4096 bytes'],
  ['lines in a reply', '250-x\r\n'.repeat(200), '250 x\r\n', 'a reply of more than 200 lines'],
  ['bytes in all', '250 x\r\n'.repeat(2 ** 16).slice(0, 2 ** 18), '2', 'the server sent more than 262144 bytes'],
])('the limit on %s is the last that is accepted', (_, most, more, message) => {
  const reader = new ReplyReader();
  reader.add(bytes(most));
  expect(() => reader.add(bytes(more))).toThrow(new ProbeError(message));
});

/** A connection that answers every command with one reply. */
const answering = (code: number, ...lines: string[]) => {
  const commands: string[] = [];
  const reply = async () => ({ code, lines });
  const command = async (line: string) => {
    commands.push(line);
    return { code, lines };
  };
  return { commands, connection: { name: 'mail:25', reply, command } as never };
};

test('a greeting is 220, EHLO is answered by 250 and the extensions after the name', async () => {
  expect(await readGreeting(answering(220, 'a', 'b').connection)).toBe('a b');
  await expect(readGreeting(answering(250, 'a').connection)).rejects.toThrow(
    new ProbeError('mail:25: the server answers the greeting with 250 a'),
  );
  const { commands, connection } = answering(250, 'mail', 'SIZE 100', 'STARTTLS');
  expect(await askCapabilities(connection)).toEqual(['SIZE 100', 'STARTTLS']);
  expect(commands).toEqual(['EHLO [127.0.0.1]']);
  await expect(askCapabilities(answering(502, 'no', 'such').connection)).rejects.toThrow(
    new ProbeError('mail:25: the server answers EHLO with 502 no such'),
  );
});

test('a reply without text is its code', () => expect(replyText({ code: 250, lines: [''] })).toBe('250'));

test.each([
  [['STARTTLS'], true],
  [['starttls'], true],
  [['SIZE 1', 'StartTLS now'], true],
  [['STARTTLS=x'], true],
  [['STARTTLSX'], false],
  [['XSTARTTLS'], false],
  [['SIZE STARTTLS'], false],
  [[], false],
])('%j: STARTTLS is offered: %s', (capabilities, is) => expect(offers(capabilities, 'STARTTLS')).toBe(is));
