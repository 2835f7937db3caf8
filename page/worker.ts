import type { NumberedReply, NumberedRequest, Reply, Request } from './messages.js';
import { Session } from './session.js';

const session = new Session(() => new Date());

/** One request after another: a conversion needs the keystore that was opened before it. */
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data: { number, request } }: MessageEvent<NumberedRequest>) => {
  last = last.then(async () => {
    const reply = await answer(request);
    // Moved, not copied, so that no key is left here.
    const transfer = reply.kind === 'conversion' ? reply.conversion.files.map(({ bytes }) => bytes.buffer) : [];
    self.postMessage({ number, reply } satisfies NumberedReply, { transfer });
  });
};

/** What is none of the library's errors is a fault of the page. It is shown, too, since the page waits for a reply. */
async function answer(request: Request): Promise<Reply> {
  try {
    return await session.answer(request);
  } catch (error) {
    const message = `a fault of this page: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failure', failure: { code: 'ERR_PAGE', message } };
  }
}
