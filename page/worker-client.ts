import type { NumberedReply, NumberedRequest, Reply, Request } from './messages.js';

/** The source of the worker, which the build inserts here. */
declare const workerSource: string;

interface Pending {
  readonly number: number;
  resolve(reply: Reply | undefined): void;
}

/** The connection to the worker that opens and converts keystores. Because of the worker, the page stays usable while a key is derived. */
export class WorkerClient {
  #worker = this.#start();
  #count = 0;
  #pending: Pending | undefined;

  /**
   * Sends a request. Its `bytes` are moved to the worker, so the caller can no longer read them.
   * @returns undefined if another request was sent, or {@link restart} was called, before the reply
   */
  ask(request: Request): Promise<Reply | undefined> {
    this.#pending?.resolve(undefined);
    return new Promise((resolve) => {
      const number = ++this.#count;
      this.#pending = { number, resolve };
      const transfer = 'bytes' in request ? [request.bytes.buffer] : [];
      this.#worker.postMessage({ number, request } satisfies NumberedRequest, { transfer });
    });
  }

  /** Stops the worker and starts a new one. The data of the old worker is lost. */
  restart(): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#settle(undefined);
  }

  #start(): Worker {
    const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.onmessage = ({ data: { number, reply } }: MessageEvent<NumberedReply>) => {
      if (number === this.#pending?.number) this.#settle(reply);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const message = `the worker of this page does not run: ${event.message}`;
      this.#settle({ kind: 'failure', failure: { code: 'ERR_PAGE', message } });
    };
    return worker;
  }

  #settle(reply: Reply | undefined): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(reply);
  }
}
