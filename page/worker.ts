import type { NumberedReply, NumberedRequest, Reply, Request } from './messages.js';
import { Session } from './session.js';

const session = new Session(() => new Date());

/** Requests are answered one after another, because a conversion needs the keystore that was opened before. */
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data: { number, request } }: MessageEvent<NumberedRequest>) => {
  last = last.then(async () => {
    const reply = await answer(request);
    // The bytes are moved, not copied, so that no copy of the converted key remains in the worker.
    const transfer = reply.kind === 'conversion' ? reply.conversion.files.map(({ bytes }) => bytes.buffer) : [];
    self.postMessage({ number, reply } satisfies NumberedReply, { transfer });
  });
};

/**
 * Answers a request. An error that is not a Jks2PemError is a fault of the page. It is returned as a failure, too, because the page waits
 * for a reply.
 */
async function answer(request: Request): Promise<Reply> {
  try {
    return await session.answer(request);
  } catch (error) {
    const message = `a fault of this page: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failure', failure: { code: 'ERR_PAGE', message } };
  }
}
