import { logicalLines } from './parameters.js';
import { splitArguments } from './word-list.js';

/** One line of master.cf (master(5)). */
export interface MasterService {
  readonly name: string;
  readonly type: string;
  /** `y`, `n`, or `-` for the default of this Postfix version. */
  readonly chroot: string;
  /** The program it runs: `smtpd`. */
  readonly command: string;
  /** What `-o` sets for this service alone. */
  readonly overrides: ReadonlyMap<string, string>;
  /** Words of the command line that belong to no option: most likely a comment that is none. */
  readonly strayArguments: readonly string[];
}

/** A service in the words of `postconf -P`: `submission/inet`. */
export function serviceName({ name, type }: Pick<MasterService, 'name' | 'type'>): string {
  return `${name}/${type}`;
}

/**
 * Reads what `postconf -M` prints, or master.cf, together with what `postconf -P` prints.
 * @param overrides lines `service/type/parameter = value`
 */
export function parseMasterServices(master: string, overrides: string): MasterService[] {
  const added = parseOverrides(overrides);
  return logicalLines(master).flatMap((line) => {
    // service type private unprivileged chroot wakeup maxproc command + arguments
    const [name, type, , , chroot = '-', , , command, ...words] = splitFields(line);
    if (name === undefined || type === undefined || command === undefined) return [];
    const { settings, stray } = readArguments(words);
    for (const [parameter, value] of added.get(serviceName({ name, type })) ?? []) settings.set(parameter, value);
    return [{ name, type, chroot, command, overrides: settings, strayArguments: stray }];
  });
}

function splitFields(line: string): string[] {
  return splitArguments(line);
}

function readArguments(words: readonly string[]): { settings: Map<string, string>; stray: string[] } {
  const settings = new Map<string, string>();
  const stray: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-o') readSetting(words[++i] ?? '', settings);
    else if (word.startsWith('-o') && word.includes('=')) readSetting(word.slice(2), settings);
    else if (word.startsWith('-')) continue;
    else stray.push(word);
  }
  return { settings, stray };
}

function readSetting(text: string, settings: Map<string, string>): void {
  const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) settings.set(name, value.trim());
}

/** By service, then by parameter. Names of services hold no slash in their last two parts, but may before: `unix:/run/x`. */
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
