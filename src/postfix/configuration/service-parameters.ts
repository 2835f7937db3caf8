import { expandParameters } from './expand-parameters.js';
import type { Parameters } from './main-cf.js';
import { splitList } from './word-list.js';

/** The source of a value: `-o` in master.cf, main.cf, or Postfix's default. */
type SettingSource = 'override' | 'main' | 'default';

/** The parameters of one service: its overrides, main.cf, and the defaults. */
export class ServiceParameters {
  /** Cache of expanded values by name, because rules read some of them hundreds of times. */
  readonly #values = new Map<string, string>();

  constructor(
    private readonly main: Parameters,
    private readonly overrides: Parameters,
    private readonly defaults: Parameters,
  ) {}

  /** Returns the value as written, before expansion; undefined if it is not set and has no default. */
  raw(name: string): string | undefined {
    return this.overrides.get(name) ?? this.main.get(name) ?? this.defaults.get(name) ?? this.#derived(name);
  }

  source(name: string): SettingSource {
    return this.overrides.has(name) ? 'override' : this.main.has(name) ? 'main' : 'default';
  }

  /** Returns the expanded value; empty if the parameter is not set. */
  value(name: string): string {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = expandParameters(this.raw(name) ?? '', (other) => this.raw(other)).trim();
    this.#values.set(name, value);
    return value;
  }

  isYes(name: string): boolean {
    return this.value(name).toLowerCase() === 'yes';
  }

  list(name: string): string[] {
    return splitList(this.value(name));
  }

  /**
   * Returns the default of mydomain (postconf(5)): $myhostname without its first label, or `localdomain` if it has only one label.
   * Undefined for other parameters.
   */
  #derived(name: string): string | undefined {
    if (name !== 'mydomain') return undefined;
    const host = this.main.get('myhostname') ?? this.defaults.get('myhostname');
    if (host === undefined || host.includes('$')) return undefined;
    const dot = host.indexOf('.');
    return dot < 0 ? 'localdomain' : host.slice(dot + 1);
  }
}
