import type { Asn1Element } from '../../asn1/element.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { MalformedError, StoreMalformedError } from '../../errors.js';
import { readCertificate } from '../../x509/parse-certificate.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import { warnOfTrailingBytes } from '../entry/stored-certificate.js';
import type { Warning } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/** A certificate of a PKCS#12 file, and the bag that contains it. */
export interface Pkcs12Certificate {
  readonly bag: Bag;
  readonly certificate: ParsedCertificate;
}

/**
 * Reads CertBag: SEQUENCE { certId, certValue [0] EXPLICIT } (RFC 7292 4.2.3).
 * @returns undefined if it is not a readable X.509 certificate; a warning is added then
 */
export function readCertificateBag(bag: Bag, warnings: Warning[]): Pkcs12Certificate | undefined {
  try {
    const [type, value] = bag.value.fields(2, 'CertBag', 'type and value expected');
    const oid = type.oid('certificate type');
    if (oid !== Pkcs12Oid.x509Certificate) {
      const message = `${bag.path}: certificate type ${oid} is not supported; left out`;
      warnings.push({ code: 'WARN_CERTIFICATE_TYPE_UNSUPPORTED', message });
      return undefined;
    }
    const certificate = readCertificate(certificateOctets(value), bag.path);
    warnOfTrailingBytes(certificate, bag.path, warnings);
    return { bag, certificate };
  } catch (error) {
    if (!(error instanceof StoreMalformedError || error instanceof MalformedError)) throw error;
    warnings.push({ code: 'WARN_CERTIFICATE_UNREADABLE', message: `${error.message}; left out` });
    return undefined;
  }
}

function certificateOctets(value: Asn1Element): Uint8Array {
  return value
    .expect(contextTag(0), 'certificate')
    .explicit('certificate')
    .expect(Tag.octetString, 'certificate')
    .octets();
}
