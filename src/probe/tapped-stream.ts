import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { HandshakeTap } from './handshake-tap.js';

/** A socket as TLS sees it, with the tap in between. */
export class TappedStream extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, tap: HandshakeTap) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Uint8Array) => {
      tap.add(bytes);
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
