import type { Severity } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Finding, Fix } from '../finding.js';
import type { ExaminationOptions, PostfixInstallation } from '../installation/installation.js';
import { defaultParameters } from './defaults.js';
import { type MasterService, parseMasterServices } from './master-service.js';
import { type InlineComment, inlineComments, type Parameters, parseParameters } from './parameters.js';
import { parseSaslConfig, type SaslConfig } from './sasl-config.js';
import { Settings } from './settings.js';
import { PostfixVersion } from './version.js';

const none: Parameters = new Map();

/** A whole installation, read. */
export class Site {
  readonly #written: Parameters;
  readonly #defaults: Parameters;
  readonly version: PostfixVersion;
  /** Parameters without the overrides of any service. */
  readonly main: Settings;
  readonly services: readonly MasterService[];
  /** Comments that became part of a value; everything else is judged by what was meant. */
  readonly comments: readonly InlineComment[];
  readonly saslConfig: SaslConfig | undefined;
  readonly trustAnchors: readonly Certificate[];

  constructor(
    readonly installation: PostfixInstallation,
    readonly options: ExaminationOptions,
  ) {
    this.version = PostfixVersion.parse(installation.mailVersion);
    const written = parseParameters(installation.main);
    this.comments = inlineComments(written);
    for (const { name, meant } of this.comments) written.set(name, meant);
    this.#written = written;
    this.#defaults = new Map([...defaultParameters(this.version), ...parseParameters(installation.defaults ?? '')]);
    this.main = this.settingsWith(none);
    this.services = parseMasterServices(installation.master, installation.overrides);
    this.saslConfig = installation.saslConfig === undefined ? undefined : parseSaslConfig(installation.saslConfig);
    this.trustAnchors = [...(options.trustAnchors ?? [])];
  }

  /** Parameters as a service with these overrides sees them. */
  settingsWith(overrides: Parameters): Settings {
    return new Settings(this.#written, overrides, this.#defaults);
  }

  /** A command, told which installation is meant if that is not the usual one. */
  shell(command: string): Fix {
    const directory = this.main.value('config_directory');
    const told =
      directory === '/etc/postfix' ? command : command.replace(/^(postconf|postfix)\b/, `$1 -c ${directory}`);
    return { fix: told, place: 'shell' };
  }

  found(rule: string, severity: Severity, parameter: string | undefined, message: string, fix: Fix): Finding {
    return { rule, severity, ...(parameter !== undefined && { parameter }), message, ...fix };
  }
}
