import { shellWord } from '../../bytes/shell-word.js';
import type { Finding } from '../finding.js';
import type { Parameters } from './main-cf.js';
import { type MasterService, parseMasterServices, serviceName } from './master-cf.js';
import type { SaslConfig } from './sasl-config.js';
import type { PostfixVersion } from './version.js';

/** A change of the configuration. {@link writeChanges} prints it, and {@link applyChange} applies it to a parsed configuration. */
export type Change =
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'remove'; readonly names: readonly string[] }
  | { readonly kind: 'override'; readonly service: string; readonly name: string; readonly value: string }
  | { readonly kind: 'remove override'; readonly service: string; readonly name: string }
  /** Adds this line to master.cf, or replaces the entry with the same name and type. */
  | { readonly kind: 'service'; readonly line: string }
  | { readonly kind: 'no chroot'; readonly service: string }
  | { readonly kind: 'sasl'; readonly name: string; readonly value: string }
  | { readonly kind: 'command'; readonly line: string; readonly effect?: FileEffect };

/** The effect of a command on a file: only the properties that the rules examine. */
type FileEffect =
  | { readonly path: string; readonly mode: number; readonly owner: string }
  /** The command writes the file again from the keystore: the key, its certificate, then the issuers. */
  | { readonly path: string; readonly rebuilt: true }
  | { readonly path: string; readonly movedFrom: string };

/** The parsed configuration that the rules examine. It is never changed in place. */
export interface Configuration {
  /** Parameters of main.cf, not expanded, and without text that was meant as a comment. */
  readonly main: Parameters;
  /** The services of master.cf, without entries that a later entry with the same name and type replaces. */
  readonly services: readonly MasterService[];
  readonly saslConfig: SaslConfig | undefined;
  readonly effects: readonly FileEffect[];
}

/** Returns a copy of the configuration with a change applied. */
export function applyChange(configuration: Configuration, change: Change): Configuration {
  const { main, services, saslConfig, effects } = configuration;
  const ofService = (name: string, edit: (service: MasterService) => MasterService) =>
    services.map((service) => (serviceName(service) === name ? edit(service) : service));
  switch (change.kind) {
    case 'set':
      return { ...configuration, main: new Map([...main, [change.name, change.value]]) };
    case 'remove':
      return { ...configuration, main: without(main, change.names) };
    case 'override':
      return {
        ...configuration,
        services: ofService(change.service, (service) => ({
          ...service,
          overrides: new Map([...service.overrides, [change.name, change.value]]),
        })),
      };
    case 'remove override':
      return {
        ...configuration,
        services: ofService(change.service, (service) => ({
          ...service,
          overrides: without(service.overrides, [change.name]),
        })),
      };
    case 'service': {
      const added = parseMasterServices(change.line, '');
      const names = new Set(added.map(serviceName));
      return {
        ...configuration,
        services: [...services.filter((service) => !names.has(serviceName(service))), ...added],
      };
    }
    case 'no chroot':
      return { ...configuration, services: ofService(change.service, (service) => ({ ...service, chroot: 'n' })) };
    case 'sasl':
      return { ...configuration, saslConfig: new Map([...(saslConfig ?? []), [change.name, change.value]]) };
    case 'command':
      return change.effect ? { ...configuration, effects: [...effects, change.effect] } : configuration;
  }
}

function without(parameters: Parameters, names: readonly string[]): Parameters {
  return new Map([...parameters].filter(([name]) => !names.includes(name)));
}

/** Values that are needed to print changes. */
export interface Wording {
  readonly version: PostfixVersion;
  /** Commands get it as the option `-c`, unless it is /etc/postfix. */
  readonly configDirectory: string;
  readonly services: readonly MasterService[];
}

/**
 * Prints changes: as lines of a file if all of them belong to the same file, otherwise as commands.
 * @returns undefined if there are no changes, or if commands are needed and this version of postconf has no command for one of the changes
 */
export function writeChanges(changes: readonly Change[], wording: Wording): Pick<Finding, 'fix' | 'place'> | undefined {
  const [place, ...otherPlaces] = new Set(changes.map((change) => placeOf(change, wording)));
  if (place === undefined) return undefined;
  const lines =
    otherPlaces.length > 0 || place === 'shell'
      ? changes.map((change) => writeCommand(change, wording))
      : place === 'master.cf'
        ? writeMasterLines(changes, wording)
        : changes.map(writeLine);
  return lines.includes(undefined)
    ? undefined
    : { fix: lines.join('\n'), place: otherPlaces.length > 0 ? 'shell' : place };
}

function placeOf(change: Change, { version }: Wording): Finding['place'] {
  switch (change.kind) {
    case 'set':
      return 'main.cf';
    case 'service':
      return 'master.cf';
    case 'sasl':
      return 'smtpd.conf';
    case 'override':
    case 'remove override':
    case 'no chroot':
      return hasMasterEditing(version) ? 'shell' : 'master.cf';
    case 'remove':
    case 'command':
      return 'shell';
  }
}

/** Checks whether postconf can edit master.cf: `-M`, `-P` and `-F` do since 2.11 (postconf(1)). */
export function hasMasterEditing(version: PostfixVersion): boolean {
  return version.isAtLeast(2, 11);
}

/** Prints a change as a line of main.cf or smtpd.conf; undefined for other kinds of changes. */
function writeLine(change: Change): string | undefined {
  if (change.kind === 'set') return `${change.name} = ${change.value}`.trim();
  return change.kind === 'sasl' ? `${change.name}: ${change.value}` : undefined;
}

/** Prints the lines of master.cf that are new or changed, each once. */
function writeMasterLines(changes: readonly Change[], { services }: Wording): (string | undefined)[] {
  const before: Configuration = { main: new Map(), services, saslConfig: undefined, effects: [] };
  const after = new Map(changes.reduce(applyChange, before).services.map((service) => [serviceName(service), service]));
  const added = new Map(changes.flatMap((change) => (change.kind === 'service' ? [change.line] : [])).map(withName));
  const names = changes.flatMap((change) => ('service' in change ? [change.service] : []));
  return [...new Set([...names, ...added.keys()])].map((name) => {
    const service = after.get(name);
    // The line of a new service is printed as the rule has written it, unless another change concerns the same service.
    return names.includes(name) ? service && writeService(service) : added.get(name);
  });
}

function withName(line: string): [name: string, line: string] {
  const [name = '', type = ''] = line.split(/\s+/);
  return [serviceName({ name, type }), line];
}

/**
 * Prints the master.cf line of a service, without its stray arguments. White space after the commas of a value is removed, because versions
 * before 3.0 do not support braces around an argument.
 */
export function writeService({ name, type, chroot, otherColumns, command, flags, overrides }: MasterService): string {
  const [isPrivate, unprivileged, wakeup, maximum] = otherColumns;
  const options = [...overrides].map(([parameter, value]) => `-o ${argument(parameter, value)}`);
  const columns = [name, type, isPrivate, unprivileged, chroot, wakeup, maximum, command];
  return [...columns, ...flags, ...options].join(' ');
}

function argument(parameter: string, value: string): string {
  const joined = value.replaceAll(/,\s+/g, ',');
  return /\s/.test(joined) ? `{ ${parameter} = ${joined} }` : `${parameter}=${joined}`;
}

/** Prints a change as a shell command; undefined if this version of postconf has no command for it. */
function writeCommand(change: Change, { configDirectory, version }: Wording): string | undefined {
  const where = configDirectory === '/etc/postfix' ? '' : ` -c ${shellWord(configDirectory)}`;
  switch (change.kind) {
    case 'set':
      return `postconf${where} -e ${shellWord(`${change.name} = ${change.value}`.trim())}`;
    case 'remove':
      return removal(change.names, where, version);
    case 'override':
    case 'remove override':
    case 'no chroot':
    case 'service':
      return hasMasterEditing(version) ? masterCommand(change, where) : undefined;
    case 'sasl':
      // postconf does not edit smtpd.conf.
      return undefined;
    case 'command':
      return change.line.replace(/^(postconf|postfix)\b/, `$1${where}`);
  }
}

/**
 * Returns the command that removes parameters from main.cf (`-X` of postconf(1), since 2.10) or comments them out (`-#`, since 2.6);
 * undefined for older versions.
 */
function removal(names: readonly string[], where: string, version: PostfixVersion): string | undefined {
  if (version.isAtLeast(2, 10)) return `postconf${where} -X ${names.join(' ')}`;
  return version.isAtLeast(2, 6) ? `postconf${where} -# ${names.join(' ')}` : undefined;
}

type MasterChange = Extract<Change, { kind: 'override' | 'remove override' | 'no chroot' | 'service' }>;

function masterCommand(change: MasterChange, where: string): string {
  switch (change.kind) {
    case 'override':
      return `postconf${where} -P ${shellWord(`${change.service}/${`${change.name} = ${change.value}`.trim()}`)}`;
    case 'remove override':
      return `postconf${where} -PX ${shellWord(`${change.service}/${change.name}`)}`;
    case 'no chroot':
      return `postconf${where} -F ${shellWord(`${change.service}/chroot = n`)}`;
    case 'service':
      return serviceCommand(change.line, where);
  }
}

/** Returns the command `postconf -M 'name/type=line'`, which adds a service or replaces it. */
export function serviceCommand(line: string, where = ''): string {
  const [name, written] = withName(line);
  return `postconf${where} -M ${shellWord(`${name}=${written}`)}`;
}
