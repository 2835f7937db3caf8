import { describe, expect, test } from 'vitest';
import { ProbeError } from '../../src/errors.js';
import {
  ClosedError,
  isEndedByServer,
  isForMissingCertificate,
  RefusalError,
  TlsFailure,
} from '../../src/probe/session-errors.js';

describe('a session that ends without a client certificate', () => {
  // OpenSSL 3.0 to 3.5 in Node 20 to 26 name the older alerts in two ways.
  test.each<[string, TlsFailure | ProbeError | undefined]>([
    ['certificate_required', new TlsFailure('tlsv13 alert certificate required')],
    ['handshake_failure', new TlsFailure('sslv3 alert handshake failure')],
    ['handshake_failure', new TlsFailure('ssl/tls alert handshake failure')],
    ['bad_certificate', new TlsFailure('sslv3 alert bad certificate')],
    ['the end of the connection in the handshake', new TlsFailure('closed', undefined, true)],
    ['the end of the connection', new ClosedError('closed')],
    ['a reply that names the reason', new RefusalError('refused', '550 5.7.1 Client Certificate needed')],
  ])('may end for the lack of it: %s', (_, error) => expect(isForMissingCertificate(error)).toBe(true));

  test.each<[string, TlsFailure | ProbeError | undefined]>([
    ['internal_error', new TlsFailure('tlsv1 alert internal error')],
    ['an error of the client', new TlsFailure('wrong version number')],
    ['a timeout', new ProbeError('certificate.example.com:25: no answer within 30 seconds')],
    ['a reply with another reason', new RefusalError('certificate.example.com:25: refused', '421 4.3.2 busy')],
    ['no failure of TLS', undefined],
  ])('ends for another reason: %s', (_, error) => expect(isForMissingCertificate(error)).toBe(false));
});

test.each([
  [new TlsFailure('tlsv1 alert internal error'), true],
  [new ClosedError('closed'), true],
  [new RefusalError('refused', '421 busy'), true],
  [new ProbeError('no answer within 30 seconds'), false],
  [new TypeError('a fault'), false],
])('%s: the server has ended the session: %s', (error, is) => expect(isEndedByServer(error)).toBe(is));
