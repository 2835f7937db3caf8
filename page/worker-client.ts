import type { NumberedReply, NumberedRequest, Reply, Request } from './messages.js';

/** The program of the worker, which the build puts here. */
declare const workerSource: string;

interface Pending {
  readonly number: number;
  resolve(reply: Reply | undefined): void;
}

/** The worker that holds the keystore, so that the page stays usable while a key is derived. */
export class WorkerClient {
  #worker = this.#start();
  #count = 0;
  #pending: Pending | undefined;

  /** @returns undefined if another request, or {@link restart}, came before the reply */
  ask(request: Request): Promise<Reply | undefined> {
    this.#pending?.resolve(undefined);
    return new Promise((resolve) => {
      const number = ++this.#count;
      this.#pending = { number, resolve };
      const transfer = request.kind === 'open' ? [request.bytes.buffer] : [];
      this.#worker.postMessage({ number, request } satisfies NumberedRequest, { transfer });
    });
  }

  /** Stops whatever the worker does. All that it holds is gone. */
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
