import { logicalLines } from './main-cf.js';
import { splitArguments, splitNegation } from './word-list.js';

/** One entry of master.cf (master(5)). */
export interface MasterService {
  readonly name: string;
  readonly type: string;
  /** `y`, `n`, or `-` for the default, which depends on the version of Postfix and on compatibility_level. */
  readonly chroot: string;
  /** The columns `private`, `unprivileged`, `wakeup` and `maxproc`. */
  readonly otherColumns: readonly [string, string, string, string];
  /** The program that the service runs, such as `smtpd`. */
  readonly command: string;
  /** Options of the program other than `-o`, such as `-v`. */
  readonly flags: readonly string[];
  /** The parameters that `-o` sets for this service. */
  readonly overrides: ReadonlyMap<string, string>;
  /**
   * Words of the command line that are not part of an option. For smtpd, they are usually meant as a comment, but master.cf allows comments
   * only on separate lines.
   */
  readonly strayArguments: readonly string[];
}

/** Returns the name of a service as `postconf -P` prints it: `submission/inet`. */
export function serviceName({ name, type }: Pick<MasterService, 'name' | 'type'>): string {
  return `${name}/${type}`;
}

/**
 * Checks whether the patterns of master_service_disable (postconf(5)) disable a service. A pattern is `type` or `name/type`; from 2.6 to
 * 2.10, the second form was `name.type`. The first pattern that matches decides, and one that begins with `!` keeps the service enabled.
 */
export function isDisabled({ name, type }: MasterService, patterns: readonly string[]): boolean {
  const names = [type, `${name}/${type}`, `${name}.${type}`].map((each) => each.toLowerCase());
  const decisive = patterns.map(splitNegation).find(([, pattern]) => names.includes(pattern.toLowerCase()));
  return decisive !== undefined && decisive[0].length % 2 === 0;
}

/**
 * Reads the output of `postconf -M`, or master.cf, together with the output of `postconf -P`. All entries of a duplicate service are
 * returned.
 * @param overrides lines of the form `service/type/parameter = value`
 */
export function parseMasterServices(master: string, overrides: string): MasterService[] {
  const added = parseOverrides(overrides);
  const services = logicalLines(master).flatMap((line) => {
    // The fields are: service type private unprivileged chroot wakeup maxproc command + arguments.
    const [name = '', type = '', isPrivate = '', unprivileged = '', chroot = '', ...rest] = splitArguments(line);
    const [wakeup = '', maximum = '', command, ...words] = rest;
    if (command === undefined) return [];
    const otherColumns = [isPrivate, unprivileged, wakeup, maximum] as const;
    return [{ name, type, chroot, otherColumns, command, ...readArguments(words) }];
  });
  // The output of postconf -P does not distinguish duplicate services. They get only the overrides in the output of postconf -M.
  const repeated = new Set(repeatedServices(services));
  for (const service of services) {
    const name = serviceName(service);
    if (repeated.has(name)) continue;
    for (const [parameter, value] of added.get(name) ?? []) service.overrides.set(parameter, value);
  }
  return services;
}

/** Returns the names of services with more than one entry. */
export function repeatedServices(services: readonly MasterService[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of services.map(serviceName)) (seen.has(name) ? repeated : seen).add(name);
  return [...repeated];
}

/** Returns the services that are in effect: master uses the last entry of each name and type. */
export function effectiveServices(services: readonly MasterService[]): MasterService[] {
  const byName = new Map(services.map((service) => [serviceName(service), service]));
  return [...byName.values()];
}

function readArguments(words: readonly string[]) {
  const overrides = new Map<string, string>();
  const flags: string[] = [];
  const strayArguments: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-o') readSetting(words[++i] ?? '', overrides);
    else if (word.startsWith('-o') && word.includes('=')) readSetting(word.slice(2), overrides);
    else (word.startsWith('-') ? flags : strayArguments).push(word);
  }
  return { overrides, flags, strayArguments };
}

function readSetting(text: string, settings: Map<string, string>): void {
  const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) settings.set(name, value.trim());
}

/** Groups overrides by service, then by parameter. The name of a service of type `unix` is a path, which may contain slashes. */
function parseOverrides(text: string): Map<string, Map<string, string>> {
  const services = new Map<string, Map<string, string>>();
  for (const line of logicalLines(text)) {
    const [, service, parameter, value] = /^(\S+\/[a-z-]+)\/([^\s/=]+)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (service === undefined || parameter === undefined || value === undefined) continue;
    const settings = services.get(service) ?? new Map<string, string>();
    services.set(service, settings.set(parameter, value.trim()));
  }
  return services;
}
