import type { Certificate } from '../../x509/certificate.js';

/** A Postfix installation as its own tools print it. All of it is text, so that it can be examined anywhere. */
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
  /** main.cf, master.cf, /.dockerenv, and every file that main.cf names: tables, PEM files. Undefined if it is missing. */
  file(path: string): PostfixFile | undefined;
  /** `postconf -d`: the defaults of this build. Without it, those of the release, and none that depend on the machine. */
  readonly defaults?: string;
  /** Directories in which this build looks for smtpd.conf, in order. */
  readonly saslConfigPaths?: readonly string[];
  /** Where `saslConfig` was read. */
  readonly saslConfigPath?: string;
  /** An smtpd.conf in a directory that this build does not read. */
  readonly strayedSaslConfig?: string;
  /** Realms of the users in sasldb, each once, if they could be listed. */
  readonly saslRealms?: readonly string[];
  /** Whether the user `postfix` can reach a socket or file. Without it, nothing is said about sockets that cannot be seen. */
  reachable?(path: string): 'yes' | 'missing' | 'denied';
  /** When the running Postfix was started or reloaded. */
  readonly started?: Date;
  /** How packages are installed here. Without it, no command names a package. */
  readonly platform?: Platform;
}

/** Families of systems that name packages and places alike. */
export type Platform = 'debian' | 'redhat' | 'freebsd' | 'alpine';

/** A file as the examination sees it. */
export interface PostfixFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** `user` or `user:group`. */
  readonly owner: string;
  readonly modified?: Date;
}

/** What an installation is examined against. */
export interface ExaminationOptions {
  /** The instant for which dates are judged. */
  readonly now: Date;
  /** Roots that clients know. Without them, a chain may end at any issuer. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** The keystore that the PEM file comes from, for commands that rebuild the file. */
  readonly keystore?: string;
  /** Days before its end from which a certificate is reported. Without it, a quarter of its lifetime, 21 days at most. */
  readonly days?: number;
}
