import type { Certificate } from '../x509/certificate.js';
import type { ProbeFinding } from './finding.js';
import type { ChainVerification } from './presented-chain.js';
import type { RelayOutcome } from './relay-test.js';
import type { ServerAddress } from './server-address.js';

/** The chain that a server presents for one of its keys. */
export interface PresentedChain {
  /** Java's name of the key's algorithm. */
  readonly algorithm: string;
  /** The certificates, in the order in which they were sent. */
  readonly chain: readonly Certificate[];
  readonly verification: ChainVerification;
}

/** How the server reacted to a client certificate. */
export interface ClientCertificateResult {
  /** `ignored`: the server did not request a certificate. */
  readonly outcome: 'accepted' | 'refused' | 'ignored';
  /** Whether the client certificate allows relaying, if that was tried. */
  readonly relay?: RelayOutcome;
}

/** The result of {@link probeServer}. */
export interface ProbeResult {
  readonly address: ServerAddress;
  readonly implicitTls: boolean;
  /** Unset if the session ended before the greeting. */
  readonly greeting?: string;
  /** Extensions in the reply to EHLO before TLS; empty with implicit TLS. */
  readonly before: readonly string[];
  /** Extensions in the reply to EHLO after TLS has started; empty if there is no such reply. */
  readonly after: readonly string[];
  readonly protocol?: string;
  readonly cipher?: string;
  /** The certificates, in the order in which they were sent. */
  readonly chain: readonly Certificate[];
  readonly verification?: ChainVerification;
  /** The chains of the server's other keys, e.g. EC in addition to RSA. */
  readonly otherChains: readonly PresentedChain[];
  /**
   * Whether exactly the expected certificates were sent for each key. Unset if no certificates are expected, or if the server sent none.
   */
  readonly asExpected?: boolean;
  readonly asksForCertificate: boolean;
  readonly clientCertificate?: ClientCertificateResult;
  readonly relay?: readonly RelayOutcome[];
  readonly findings: readonly ProbeFinding[];
}
