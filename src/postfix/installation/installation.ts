import type { Certificate } from '../../x509/certificate.js';

/** A Postfix installation: the output of its tools, and its files. It can be examined on another machine. */
export interface PostfixInstallation {
  /** Output of `postconf -h mail_version`. */
  readonly mailVersion: string;
  /** Output of `postconf -n`. */
  readonly main: string;
  /** Output of `postconf -M`. */
  readonly master: string;
  /** Output of `postconf -P`. */
  readonly overrides: string;
  /** Output of `postconf -a`. */
  readonly saslTypes: string;
  /** The content of Cyrus SASL's smtpd.conf, from the directory in which this build reads it. */
  readonly saslConfig?: string;
  /**
   * Returns a file; undefined if it is missing. The rules request main.cf, /.dockerenv, /run/.containerenv, and files that a parameter or a
   * table names, such as tables and PEM files.
   */
  file(path: string): PostfixFile | undefined;
  /**
   * Output of `postconf -d`, which contains the defaults of this build. Without it, the defaults of the release are used, except those that
   * depend on the machine.
   */
  readonly defaults?: string;
  /** Directories in which this build searches for smtpd.conf, in this order. */
  readonly saslConfigPaths?: readonly string[];
  /** The path of the smtpd.conf whose content is `saslConfig`. */
  readonly saslConfigPath?: string;
  /** The path of an smtpd.conf in a directory that this build does not read. */
  readonly strayedSaslConfig?: string;
  /** Realms of the users in sasldb, without duplicates, if they could be listed. */
  readonly saslRealms?: readonly string[];
  /**
   * Checks whether the user in mail_owner, usually `postfix`, can connect to a socket or read a file. Without this function, rule S05
   * reports no socket and no sasldb as missing or inaccessible.
   */
  reachable?(path: string): 'yes' | 'missing' | 'denied';
  /** The time by which the oldest running smtpd has read its certificates. An smtpd reads them only when it starts. */
  readonly started?: Date;
  /** The family of the operating system. Without it, commands that depend on it, such as those that install packages, are not proposed. */
  readonly platform?: Platform;
}

/** Families of operating systems. Within a family, package names and paths are the same. */
export type Platform = 'debian' | 'redhat' | 'freebsd' | 'alpine';

/** A file of an installation. */
export interface PostfixFile {
  readonly bytes: Uint8Array;
  /** The permission bits, such as 0o600. */
  readonly mode: number;
  /** `user` or `user:group`. */
  readonly owner: string;
  readonly modified?: Date;
}

/** Options of {@link examinePostfix}. */
export interface ExaminationOptions {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /** Roots that clients trust. Without them, a chain may end at any issuer. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** Path of the keystore from which the PEM file was made, for commands that rebuild the PEM file. */
  readonly keystore?: string;
  /** A certificate is reported if fewer days than this are left until it expires. Default: a quarter of its lifetime, at most 21 days. */
  readonly days?: number;
}
