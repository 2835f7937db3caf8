import type { Certificate } from '../../x509/certificate.js';

/** A Postfix installation as the output of its tools. It is text, so that it can be examined on another machine. */
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
  /** The content of Cyrus SASL's smtpd.conf, from the directory in which this build reads it. */
  readonly saslConfig?: string;
  /** main.cf, master.cf, /.dockerenv, and every file that main.cf names: tables, PEM files. Undefined if it is missing. */
  file(path: string): PostfixFile | undefined;
  /** `postconf -d`: the defaults of this build. Without it, those of the release are used, except those that depend on the machine. */
  readonly defaults?: string;
  /** Directories in which this build looks for smtpd.conf, in order. */
  readonly saslConfigPaths?: readonly string[];
  /** The path of the file with `saslConfig`. */
  readonly saslConfigPath?: string;
  /** The path of an smtpd.conf in a directory that this build does not read. */
  readonly strayedSaslConfig?: string;
  /** Realms of the users in sasldb, each once, if they could be listed. */
  readonly saslRealms?: readonly string[];
  /** Whether the user `postfix` can connect to a socket or read a file. Without it, sockets are not examined. */
  reachable?(path: string): 'yes' | 'missing' | 'denied';
  /** When the running Postfix was started or reloaded. */
  readonly started?: Date;
  /** The family of the operating system, for commands that install packages. Without it, there are no such commands. */
  readonly platform?: Platform;
}

/** Families of operating systems with the same package names and paths. */
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

/** Options of {@link examinePostfix}. */
export interface ExaminationOptions {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /** Roots that clients know. Without them, a chain may end at any issuer. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** The keystore that the PEM file comes from, for commands that rebuild the file. */
  readonly keystore?: string;
  /** Number of days before its expiry from which a certificate is reported. Default: a quarter of its lifetime, at most 21 days. */
  readonly days?: number;
}
