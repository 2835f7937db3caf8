import { bytesFromHex, toHex } from '../../bytes/encoding.js';

/** Converts octets to a number, the most significant octet first (OS2IP, RFC 8017 4.2). */
export function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x0${toHex(octets)}`);
}

/** Converts a number to octets (I2OSP, RFC 8017 4.1). @throws {RangeError} if the number does not fit into `length` octets */
export function toOctets(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, '0');
  if (digits.length > 2 * length) throw new RangeError(`the number does not fit into ${length} octets`);
  return bytesFromHex(digits);
}
