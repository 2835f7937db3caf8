import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { join } from '../bytes/concat.js';
import { bytesFromHex, toLatin1 } from '../bytes/encoding.js';
import { TrafficReader } from '../crypto/tls-record-decryption.js';
import { handshakeBytes } from '../limits.js';

/** Types of records and of handshake messages (RFC 8446 B.1, B.3). */
const RecordType = { handshake: 22, applicationData: 23 } as const;
const HandshakeType = { serverHello: 2, certificate: 11, certificateRequest: 13 } as const;

/** The cipher suites of TLS 1.3 that OpenSSL enables by default, by number (RFC 8446 B.4). */
const suites: ReadonlyMap<number, string> = new Map([
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
]);

/** Length of a record header: type, version, and a length of two bytes (RFC 8446 5.1). */
const headerLength = 5;

/** Offset of the session ID's length in a ServerHello, after a version and 32 random bytes (RFC 8446 4.1.3). */
const sessionIdOffset = 2 + 32;

interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * Records the bytes that a server sends in a TLS handshake, to get its certificates exactly as they were sent. Node sorts them, removes
 * some, and adds roots of its own. In TLS 1.2 the certificates are not encrypted (RFC 5246 7.4.2). In TLS 1.3 they are encrypted with a
 * secret that OpenSSL writes to its key log (RFC 8446 4.4.2).
 */
export class HandshakeRecorder {
  #bytes = new Uint8Array(16 * 1_024);
  #length = 0;
  #isFull = false;
  #secret: Uint8Array | undefined;

  /**
   * Adds bytes from the server, in pieces of any size. The recording ends before the first piece with which it would exceed
   * {@link handshakeBytes}; later pieces are dropped even if they are small enough, because they do not follow what was recorded.
   */
  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    this.#isFull ||= length > handshakeBytes;
    if (this.#isFull) return;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** Adds a line of OpenSSL's key log (SSL_CTX_set_keylog_callback(3)). Only the server's handshake secret of TLS 1.3 is kept. */
  addKeyLog(line: Uint8Array): void {
    const [, secret] = /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)/.exec(toLatin1(line)) ?? [];
    if (secret !== undefined) this.#secret = bytesFromHex(secret);
  }

  /** Returns the certificates in DER, in the order in which they were sent; undefined if they cannot be read. */
  certificates(): Uint8Array[] | undefined {
    const message = this.#messages().find(({ type }) => type === HandshakeType.certificate);
    if (message === undefined) return undefined;
    const { body } = message;
    return this.#secret === undefined ? readList(body, 0, false) : readList(body, 1 + (body[0] ?? 0), true);
  }

  /** Checks whether the server has requested a client certificate (RFC 8446 4.3.2). */
  asksForCertificate(): boolean {
    return this.#messages().some(({ type }) => type === HandshakeType.certificateRequest);
  }

  #messages(): HandshakeMessage[] {
    const inTheClear = messagesOf(
      join([...this.#records()].filter(({ header }) => header[0] === RecordType.handshake).map(({ body }) => body)),
    );
    return this.#secret === undefined ? inTheClear : messagesOf(this.#decrypted(this.#secret, inTheClear));
  }

  #decrypted(secret: Uint8Array, inTheClear: readonly HandshakeMessage[]): Uint8Array {
    const hello = inTheClear.find(({ type }) => type === HandshakeType.serverHello)?.body ?? new Uint8Array();
    const suiteAt = sessionIdOffset + 1 + (hello[sessionIdOffset] ?? 0);
    const reader = TrafficReader.of(suites.get(uint16(hello, suiteAt)) ?? '', secret);
    const parts: Uint8Array[] = [];
    for (const { header, body } of this.#records()) {
      if (header[0] !== RecordType.applicationData || reader === undefined) continue;
      const opened = reader.open(header, body);
      // This record is usually the first one after the handshake, for which another secret is used.
      if (opened === undefined) break;
      if (opened.type === RecordType.handshake) parts.push(opened.content);
    }
    return join(parts);
  }

  *#records(): Generator<{ header: Uint8Array; body: Uint8Array }> {
    const bytes = this.#bytes.subarray(0, this.#length);
    for (let at = 0; at + headerLength <= bytes.length; ) {
      const end = at + headerLength + uint16(bytes, at + 3);
      if (end > bytes.length) return;
      yield { header: bytes.subarray(at, at + headerLength), body: bytes.subarray(at + headerLength, end) };
      at = end;
    }
  }
}

/** Splits handshake messages: type, length of three bytes, body (RFC 8446 4). */
function messagesOf(content: Uint8Array): HandshakeMessage[] {
  const messages: HandshakeMessage[] = [];
  for (let at = 0; at + 4 <= content.length; ) {
    const end = at + 4 + uint24(content, at + 1);
    if (end > content.length) break;
    messages.push({ type: content[at] as number, body: content.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}

/** Reads certificate_list: each certificate is preceded by its length, and in TLS 1.3 followed by extensions. */
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
    if (hasExtensions) at += 2 + uint16(body, at);
  }
  return certificates;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function uint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

/** A socket that passes all received bytes to a recorder before TLS reads them. */
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
