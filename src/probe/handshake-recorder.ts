import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TrafficReader } from '../crypto/tls-traffic.js';

/** Record and handshake types (RFC 8446 B.1, B.3). */
const RecordType = { handshake: 22, applicationData: 23 } as const;
const HandshakeType = { certificate: 11 } as const;

/** RFC 8446 5.1 and 5.2: a record is its type, a version, a length of two octets; and at most 2^14 + 256 octets. */
const headerLength = 5;

/** Bytes of a handshake that are kept: OpenSSL itself accepts chains of up to 100 KiB (SSL_CTX_set_max_cert_list(3)). */
const maximumHandshakeBytes = 512 * 1_024;

/**
 * Reads along while a server makes a TLS handshake, to see the certificates exactly as sent: Node gives them sorted, without
 * those it has no use for, and with roots of its own. TLS 1.2 sends them in the clear (RFC 5246 7.4.2); TLS 1.3 under a
 * secret that OpenSSL tells in its key log (RFC 8446 4.4.2).
 */
export class HandshakeRecorder {
  readonly #records: { header: Uint8Array; body: Uint8Array }[] = [];
  #pending: Uint8Array = new Uint8Array();
  #total = 0;
  #secret: Uint8Array | undefined;

  /** What the server sends, in pieces of any size. */
  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    if (this.#total > maximumHandshakeBytes) return;
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const length = headerLength + (((this.#pending[3] ?? 0) << 8) | (this.#pending[4] ?? 0));
      if (this.#pending.length < headerLength || this.#pending.length < length) return;
      const record = this.#pending.subarray(0, length);
      this.#records.push({ header: record.subarray(0, headerLength), body: record.subarray(headerLength) });
      this.#pending = this.#pending.subarray(length);
    }
  }

  /** A line of OpenSSL's key log (SSL_CTX_set_keylog_callback(3)). */
  addKeyLog(line: Uint8Array): void {
    const [, secret] =
      /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)/.exec(Buffer.from(line).toString('latin1')) ?? [];
    if (secret !== undefined) this.#secret = Buffer.from(secret, 'hex');
  }

  /**
   * The certificates in the order sent, DER.
   * @param suite name of the cipher suite as the standard has it
   * @returns undefined if they could not be seen
   */
  certificates(suite: string): Uint8Array[] | undefined {
    const isOld = this.#secret === undefined;
    const content = isOld ? this.#plainHandshake() : this.#openedHandshake(suite);
    for (const { type, body } of messagesOf(content)) {
      if (type === HandshakeType.certificate)
        return isOld ? readList(body, 0, false) : readList(body, 1 + (body[0] ?? 0), true);
    }
    return undefined;
  }

  #plainHandshake(): Uint8Array {
    return Buffer.concat(
      this.#records.filter(({ header }) => header[0] === RecordType.handshake).map(({ body }) => body),
    );
  }

  #openedHandshake(suite: string): Uint8Array {
    const reader = this.#secret && TrafficReader.of(suite, this.#secret);
    const parts: Uint8Array[] = [];
    for (const { header, body } of this.#records) {
      if (header[0] !== RecordType.applicationData || reader === undefined) continue;
      const opened = reader.open(header, body);
      // From here on another secret is in use: the handshake is over.
      if (opened === undefined) break;
      if (opened.type === RecordType.handshake) parts.push(opened.content);
    }
    return Buffer.concat(parts);
  }
}

function* messagesOf(content: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  for (let at = 0; at + 4 <= content.length; ) {
    const length = uint24(content, at + 1);
    if (at + 4 + length > content.length) return;
    yield { type: content[at] as number, body: content.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

/** certificate_list: each certificate after its length, in TLS 1.3 followed by extensions. */
function readList(body: Uint8Array, from: number, hasExtensions: boolean): Uint8Array[] | undefined {
  const certificates: Uint8Array[] = [];
  const end = from + 3 + uint24(body, from);
  if (end > body.length) return undefined;
  for (let at = from + 3; at + 3 <= end; ) {
    const length = uint24(body, at);
    at += 3;
    if (at + length > end) return undefined;
    certificates.push(Uint8Array.from(body.subarray(at, at + length)));
    at += length;
    if (hasExtensions) at += 2 + (((body[at] ?? 0) << 8) | (body[at + 1] ?? 0));
  }
  return certificates;
}

function uint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

/** A socket that passes every byte it receives to a recorder before TLS reads it. */
export class RecordedStream extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, recorder: HandshakeRecorder) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Uint8Array) => {
      recorder.add(bytes);
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
