import { type CipherGCMTypes, createCipheriv, createHmac } from 'node:crypto';

/** Seals records as RFC 8446 5.2 has it, under the derivations of 7.3 written out byte by byte. */
export function sealer(hash: string, cipher: string, keyLength: number, secret: Uint8Array) {
  const derive = (label: string, length: number) => {
    const info = Buffer.concat([Buffer.from([0, length, label.length]), Buffer.from(label), Buffer.from([0, 1])]);
    return createHmac(hash, secret).update(info).digest().subarray(0, length);
  };
  const [key, iv] = [derive('tls13 key', keyLength), derive('tls13 iv', 12)];
  return (sequence: number, plain: Uint8Array) => {
    const nonce = Buffer.from(iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(sequence), 4);
    const header = Buffer.from([23, 3, 3, (plain.length + 16) >> 8, (plain.length + 16) & 0xff]);
    const sealing = createCipheriv(cipher as CipherGCMTypes, key, nonce, { authTagLength: 16 });
    sealing.setAAD(header);
    const record = Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
    return { header, record };
  };
}
