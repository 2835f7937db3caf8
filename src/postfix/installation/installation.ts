import type { Certificate } from '../../x509/certificate.js';

/** A Postfix installation as its own tools print it. All of it text, so that it can be examined anywhere. */
export interface PostfixInstallation {
  /** `postconf -h mail_version` */
  readonly mailVersion: string;
  /** `postconf -n` */
  readonly main: string;
  /** `postconf -M` */
  readonly master: string;
  /** `postconf -P` */
  readonly overrides: string;
  /** `postconf -a` */
  readonly saslTypes: string;
  /** Cyrus SASL's smtpd.conf from where this build reads it, if it is there. */
  readonly saslConfig?: string;
  /** A file that main.cf names. */
  file(path: string): PostfixFile | undefined;
  /** `postconf -d`: what this build takes for granted. Left out, the defaults of the release, and none that belong to the machine. */
  readonly defaults?: string;
  /** Where this build looks for smtpd.conf, the first place first. */
  readonly saslConfigPaths?: readonly string[];
  /** An smtpd.conf at a place that this build does not read. */
  readonly strayedSaslConfig?: string;
  /** Realms of the users in sasldb, each once, if they could be listed. */
  readonly saslRealms?: readonly string[];
  /** Whether the user `postfix` can reach a socket or file. Left out, nothing is said about sockets that cannot be seen. */
  reachable?(path: string): 'yes' | 'missing' | 'denied';
  /** When the running Postfix was started or reloaded. */
  readonly started?: Date;
}

/** A file as the examination sees it. */
export interface PostfixFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** `user` or `user:group`. */
  readonly owner: string;
  readonly modified?: Date;
}

/** What an examination is measured by. */
export interface ExaminationOptions {
  /** The instant for which dates are judged. */
  readonly now: Date;
  /** Roots that clients know. Left out, a line may end anywhere. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** The keystore that the PEM file comes from, for the lines that mend it. */
  readonly keystore?: string;
}
