import { join } from 'node:path';
import { wipeGroups } from '../../convert/convert.js';
import { isSameFile } from '../../deploy/target.js';
import { KeyUnrecoverableError, OutputError } from '../../errors.js';
import { ExitCode } from '../failure.js';
import type { Host } from '../host.js';
import { toJson } from '../json.js';
import { Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { deliver } from './delivery.js';
import { conversionJson, type WrittenFile } from './json.js';
import { type ConvertOptions, type Rights, readRights, requireOneUseOfInput, requireSense } from './options.js';
import type { Result } from './output-files.js';
import { planConversion } from './plan.js';
import { readableKeyWarning } from './readable-key.js';
import { tellRefusal } from './refusal.js';
import { StoreConverter } from './store-converter.js';

const readableByOthers = 0o044;

/** One run of `convert`. */
export class Conversion {
  readonly #report: Report;
  readonly #passwords: Passwords;

  constructor(
    private readonly keystore: string,
    private readonly options: ConvertOptions,
    private readonly host: Host,
  ) {
    this.#report = new Report(host, options.quiet ?? false);
    this.#passwords = new Passwords(options, host, this.#report);
  }

  async run(): Promise<number> {
    const { keystore, options, host } = this;
    requireSense(options);
    if (keystore === '-') requireOneUseOfInput(options);
    const rights = readRights(options);
    const bytes = host.readFile(keystore);
    if (options.out !== undefined && keystore !== '-' && isSameFile(keystore, options.out)) {
      throw new OutputError(`${options.out}: is the keystore itself; nothing was written`);
    }
    const encryptKey = this.#passwords.toEncryptWith(options.encryptKey);
    const result = await this.#convert(bytes, encryptKey);
    try {
      for (const warning of result.warnings) this.#report.warn(warning);
      if ('groups' in result && encryptKey === undefined) this.#warnOfReaders(rights);
      if (options.strict && this.#report.warnings.length > 0) return this.#refuse(result);
      if (options.out === undefined) {
        host.writeOutput(result.pem);
        return ExitCode.done;
      }
      const destination = {
        out: options.out,
        layout: options.layout,
        rights,
        ...(encryptKey !== undefined && { encryptKey }),
        ...(options.deployHook !== undefined && { deployHook: options.deployHook }),
        secretVariables: this.#passwords.secretVariables,
        dryRun: options.dryRun ?? false,
      };
      this.#writeJson(result, await deliver(result, destination, host, this.#report));
      return ExitCode.done;
    } finally {
      if ('groups' in result) {
        result.pem.fill(0);
        wipeGroups(result.groups);
      }
    }
  }

  #warnOfReaders(rights: Rights): void {
    const { options, host } = this;
    if (options.out === undefined) {
      if ((host.outputFileMode() ?? 0) & readableByOthers) {
        const message = 'the private key goes to a file that others can read; -o FILE writes it with mode 0600';
        this.#report.warn({ code: 'WARN_OUTPUT_READABLE', message });
      }
      return;
    }
    const path = options.layout === 'certbot' ? join(options.out, 'privkey.pem') : options.out;
    const warning = readableKeyWarning(path, host.modeOf(path), rights);
    if (warning) this.#report.warn(warning);
  }

  #refuse(result: Result): number {
    tellRefusal(this.#report);
    if (this.options.out !== undefined) this.#writeJson(result, [{ path: this.options.out, changed: false }]);
    return ExitCode.wrong;
  }

  async #convert(bytes: Uint8Array, encryptKey: string | undefined): Promise<Result> {
    const { keystore, options, host } = this;
    const passwords = this.#passwords;
    const plan = await planConversion(options, { what: keystore, encryptKey }, passwords, host);
    const converter = new StoreConverter(plan);
    try {
      return await converter.convert(bytes);
    } catch (error) {
      if (!(error instanceof KeyUnrecoverableError) || plan.keyPass !== undefined) throw error;
      const typed = await passwords.ask(`Password of key "${error.alias}"`);
      if (typed === undefined) throw error;
      return await converter.convert(bytes, typed);
    }
  }

  #writeJson(result: Result, files: readonly WrittenFile[]): void {
    const { options, host } = this;
    if (!options.json) return;
    const { warnings } = this.#report;
    const json = conversionJson(result, files, warnings);
    host.writeOutput(Buffer.from(toJson({ ...json, ...(options.dryRun && { dryRun: true }) })));
  }
}
