/**
 * Ports for submission: with STARTTLS (RFC 6409), and with TLS from the first byte (RFC 8314). Port 25 is for mail between servers, and
 * many providers block it for clients.
 */
export const submissionPort = 587;
export const submissionsPort = 465;
/** Default timeout of a connection in seconds. A server that delays its greeting against spam takes six to ten. */
export const defaultTimeout = 30;

/** Host and port of a server. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Parses `host`, `host:25`, `192.0.2.1:25`, `[2001:db8::1]:25` or a bare IPv6 address.
 * @returns undefined for other texts, for port 0, and for ports above 65,535
 */
export function parseServerAddress(text: string, defaultPort: number): ServerAddress | undefined {
  const [, bracketed, name, port] = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:[\]/@]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? name ?? (/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) ? text : undefined);
  const number = port === undefined ? defaultPort : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}

/** Formats an address so that {@link parseServerAddress} can read it. */
export function formatServerAddress({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
