import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import type { Certificate } from '../../x509/certificate.js';
import type { ExaminationOptions, PostfixFile, PostfixInstallation } from '../installation/installation.js';
import { applyChange, type Change, type Configuration, type Wording } from './change.js';
import { defaultParameters } from './defaults.js';
import { type InlineComment, inlineComments } from './inline-comments.js';
import { type Parameters, parseParameters } from './main-cf.js';
import { effectiveServices, type MasterService, parseMasterServices, repeatedServices } from './master-cf.js';
import { parseSaslConfig, type SaslConfig } from './sasl-config.js';
import { ServiceParameters } from './service-parameters.js';
import { PostfixVersion } from './version.js';

/** The data that a {@link Site} shares with its copies. */
interface Facts {
  readonly installation: PostfixInstallation;
  readonly options: ExaminationOptions;
  readonly version: PostfixVersion;
  readonly defaults: Parameters;
  readonly comments: readonly InlineComment[];
  readonly repeatedServices: readonly string[];
  readonly mainFile: Parameters;
  readonly trustAnchors: readonly Certificate[];
  /** The requested files by path; undefined for a missing file. */
  readonly files: Map<string, PostfixFile | undefined>;
  /** Results of {@link Site.derive}, by the content of the file, then by the function. */
  readonly derived: WeakMap<Uint8Array, Map<unknown, unknown>>;
  /** The paths that {@link Site.recordPaths} collects. */
  recorded: Set<string> | undefined;
}

/**
 * The part of a site on which an smtpd service may depend. It lacks the services, so that a service need not be examined again if only
 * other services change.
 */
export type SharedSite = Omit<Site, 'services' | 'repeatedServices' | 'with' | 'wording'>;

/** A parsed installation, or a copy of it with changes applied. */
export class Site {
  private constructor(
    private readonly facts: Facts,
    private readonly configuration: Configuration,
  ) {
    this.main = this.settingsWith(new Map());
  }

  /** Parameters without the overrides of any service. */
  readonly main: ServiceParameters;

  static parse(installation: PostfixInstallation, options: ExaminationOptions): Site {
    const version = PostfixVersion.parse(installation.mailVersion);
    const written = parseParameters(installation.main);
    const directory = written.get('config_directory') ?? '/etc/postfix';
    const file = installation.file(`${directory}/main.cf`);
    const mainFile = file === undefined ? '' : decodeUtf8Leniently(file.bytes);
    const comments = inlineComments(written, mainFile);
    for (const { name, meant } of comments) written.set(name, meant);
    const all = parseMasterServices(installation.master, installation.overrides);
    const services = effectiveServices(all);
    const saslConfig = installation.saslConfig === undefined ? undefined : parseSaslConfig(installation.saslConfig);
    return new Site(
      {
        installation,
        options,
        version,
        defaults: new Map([...defaultParameters(version), ...parseParameters(installation.defaults ?? '')]),
        comments,
        repeatedServices: repeatedServices(all),
        mainFile: parseParameters(mainFile),
        trustAnchors: [...(options.trustAnchors ?? [])],
        files: new Map(),
        derived: new WeakMap(),
        recorded: undefined,
      },
      { main: written, services, saslConfig, effects: [] },
    );
  }

  /** Returns a copy to which changes have been applied. */
  with(changes: readonly Change[]): Site {
    const copy = new Site(this.facts, changes.reduce(applyChange, this.configuration));
    // `comments`, `repeatedServices` and `unusedParameters` leave out what a change has set, removed or written.
    copy.#changed = new Set([...this.#changed, ...changes.flatMap(changedBy)]);
    return copy;
  }

  #changed: ReadonlySet<string> = new Set();

  /** Checks whether a change has set or removed this parameter of main.cf, or written this service (`name/type`). */
  isChanged(name: string): boolean {
    return this.#changed.has(name);
  }

  get installation(): PostfixInstallation {
    return this.facts.installation;
  }

  get options(): ExaminationOptions {
    return this.facts.options;
  }

  get version(): PostfixVersion {
    return this.facts.version;
  }

  get services(): readonly MasterService[] {
    return this.configuration.services;
  }

  get saslConfig(): SaslConfig | undefined {
    return this.configuration.saslConfig;
  }

  get trustAnchors(): readonly Certificate[] {
    return this.facts.trustAnchors;
  }

  /** Comments that became part of a value, which rule T02 reports. All other rules examine the values without these comments. */
  get comments(): readonly InlineComment[] {
    return this.facts.comments.filter(({ name }) => !this.#changed.has(name));
  }

  /** The names of services with more than one entry in master.cf. */
  get repeatedServices(): readonly string[] {
    return this.facts.repeatedServices.filter((name) => !this.#changed.has(name));
  }

  /**
   * Parameters of main.cf that no program of Postfix uses and that postconf -n therefore does not print. Empty if main.cf cannot be read.
   */
  get unusedParameters(): Parameters {
    const { mainFile, installation } = this.facts;
    const printed = parseParameters(installation.main);
    return new Map([...mainFile].filter(([name]) => !printed.has(name) && !this.#changed.has(name)));
  }

  get configDirectory(): string {
    return this.main.value('config_directory');
  }

  /** Values that are needed to print changes. */
  get wording(): Wording {
    return { version: this.version, configDirectory: this.configDirectory, services: this.services };
  }

  /** Returns the parameters of a service with these overrides. */
  settingsWith(overrides: Parameters): ServiceParameters {
    return new ServiceParameters(this.configuration.main, overrides, this.facts.defaults);
  }

  /** Checks whether a change writes this file again from the keystore. */
  isRebuilt(path: string): boolean {
    this.facts.recorded?.add(path);
    return this.configuration.effects.some((effect) => effect.path === path && 'rebuilt' in effect);
  }

  file(path: string): PostfixFile | undefined {
    const { files, installation, recorded } = this.facts;
    recorded?.add(path);
    const effect = this.configuration.effects.findLast((each) => each.path === path);
    if (effect !== undefined && 'movedFrom' in effect) return this.file(effect.movedFrom);
    if (!files.has(path)) files.set(path, installation.file(path));
    const file = files.get(path);
    return file !== undefined && effect !== undefined && 'mode' in effect
      ? { ...file, mode: effect.mode, owner: effect.owner }
      : file;
  }

  /** Runs a function, and adds to `paths` the path of each file that the function requests from this site. */
  recordPaths<T>(paths: Set<string>, run: () => T): T {
    const outer = this.facts.recorded;
    this.facts.recorded = paths;
    try {
      return run();
    } finally {
      this.facts.recorded = outer;
    }
  }

  /** Returns the result of applying a function to the content of a file. The result is cached by content and function. */
  derive<T>(file: PostfixFile, read: (bytes: Uint8Array) => T): T {
    const known = this.facts.derived.get(file.bytes) ?? new Map<unknown, unknown>();
    this.facts.derived.set(file.bytes, known);
    if (!known.has(read)) known.set(read, read(file.bytes));
    return known.get(read) as T;
  }

  /** Whether one of the files exists that Docker and Podman create in each container. */
  get isContainer(): boolean {
    return ['/.dockerenv', '/run/.containerenv'].some((path) => this.file(path) !== undefined);
  }
}

/** Returns what a change sets, removes or writes: names of parameters, and services as `name/type`. */
function changedBy(change: Change): readonly string[] {
  if (change.kind === 'set') return [change.name];
  if (change.kind === 'remove') return change.names;
  if (change.kind !== 'service') return [];
  const [name = '', type = ''] = change.line.split(/\s+/);
  return [`${name}/${type}`];
}
