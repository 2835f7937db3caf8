import { join } from 'node:path';
import { readableByGroupOrOthers } from '../../bytes/file-mode.js';
import { wipe } from '../../bytes/wipe.js';
import { HookFailedError, KeyUnrecoverableError, OutputError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { warningCodes } from '../../warnings.js';
import { requireKnownCodes } from '../allowed-codes.js';
import { BrokenPipeError, describeFailure, ExitCode, failureLine, InterruptedError } from '../command-errors.js';
import type { Host } from '../host.js';
import { readKeystoreFile } from '../input-files.js';
import { Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { AskingConverter, MissingAnswerError } from './ask-and-convert.js';
import { type ConvertedKeystore, wipeConverted } from './convert-keystore.js';
import { FileDeployment, type PrepareHook } from './deploy-files.js';
import { type ConvertOptions, requireConsistent, requireNoKeyOnTerminal, requireOneUseOfInput } from './options.js';
import { fileContent, type OutputFile, pathOf, readableKeyWarning } from './output-files.js';
import { ProgressBar } from './progress-bar.js';
import { type ConvertSettings, readSettings } from './read-settings.js';
import { domainsCut, domainsOf, fittingDomains } from './renewed-domains.js';
import { type KeystoreResult, printResults, refusalReason, reportResults } from './result-report.js';
import { exitCodeOfResults, failedRecord, type RunRecord, resultsOf } from './run-outcome.js';
import { staleFiles } from './split-files.js';
import { checkFileTarget, requireOtherFile, type Target, targetsOf } from './targets.js';
import { untilTerminated } from './termination-signals.js';

/**
 * Runs `convert`. The steps are the same for one keystore and for several, and for output to standard output, a path or a directory.
 * @returns the exit code
 */
export async function runConvert(keystores: readonly string[], options: ConvertOptions, host: Host): Promise<number> {
  requireConsistent(options);
  requireKnownCodes(options.allow, warningCodes);
  const targets = targetsOf(keystores, options);
  if (keystores.includes('-')) requireOneUseOfInput(options);
  requireNoKeyOnTerminal(options, host);
  const report = new Report(host, options.quiet ?? false, options.allow);
  const { storepass } = options;
  const passwords = new Passwords(storepass === undefined ? {} : { storepass }, host, report);
  const settings = await readSettings(options, passwords, host);
  return untilTerminated(host, async (signal) => {
    const around = { options, host, report, passwords, signal };
    return new ConvertRun(targets, settings, around, await FileDeployment.begin(targets, around)).run();
  });
}

/** The context of a run. */
interface Surroundings {
  readonly options: ConvertOptions;
  readonly host: Host;
  readonly report: Report;
  readonly passwords: Passwords;
  readonly signal: AbortSignal;
}

class ConvertRun {
  readonly #records = new Map<Target, RunRecord>();
  readonly #secrets: Uint8Array[] = [];
  readonly #converter: AskingConverter;

  constructor(
    private readonly targets: readonly Target[],
    private readonly settings: ConvertSettings,
    private readonly around: Surroundings,
    private readonly deployment: FileDeployment,
  ) {
    const { options, passwords, host, signal } = around;
    const [only, ...others] = targets;
    const isOnly = others.length === 0;
    const what = only && isOnly ? only.keystore : `${targets.length} keystores`;
    this.#converter = new AskingConverter(settings, passwords, host, {
      what,
      isOnly,
      wantsJson: options.json ?? false,
      signal,
    });
  }

  async run(): Promise<number> {
    try {
      await this.#convertAll();
      if (this.settings.layout === 'sni' && !(await this.#putSniTable())) return ExitCode.wrong;
      return await this.#deploy();
    } catch (error) {
      throw error instanceof MissingAnswerError ? error.error : error;
    } finally {
      this.deployment.close();
      wipe(...this.#secrets);
    }
  }

  async #convertAll(): Promise<void> {
    const { host, options, signal } = this.around;
    const resultIsOnTerminal = (options.json ?? false) && host.outputColumns() !== undefined;
    const bar = new ProgressBar(this.targets.length, host, !options.quiet && !resultIsOnTerminal);
    try {
      for (const target of this.targets) {
        await otherEvents(signal);
        const record = await this.#convert(target, (bytes) => this.#converter.convert(bytes));
        this.#records.set(target, record);
        bar.advance(record.failure !== undefined);
      }
    } finally {
      bar.erase();
    }
    if (this.settings.conversion.keyPasses === undefined) await this.#unlock();
  }

  /** Asks for the passwords of the keys that the store password does not decrypt, after all other keystores were converted. */
  async #unlock(): Promise<void> {
    for (const target of this.targets) {
      const error = this.#records.get(target)?.error;
      if (!(error instanceof KeyUnrecoverableError)) continue;
      this.#records.set(target, await this.#convert(target, (bytes) => this.#converter.unlock(bytes, error)));
    }
  }

  /** Converts one keystore. An error that does not end the run is returned in the record, so that the remaining keystores are converted. */
  async #convert(target: Target, convert: (bytes: Uint8Array) => Promise<ConvertedKeystore>): Promise<RunRecord> {
    let converted: ConvertedKeystore;
    try {
      const bytes = await readKeystoreFile(target.keystore, this.around.host, this.settings.conversion.limits);
      requireOtherFile(target);
      if (this.settings.storePass === undefined) await checkFileTarget(target, this.around.options, this.around.host);
      converted = await convert(bytes);
    } catch (error) {
      if (error instanceof MissingAnswerError || error instanceof InterruptedError) throw error;
      return failedRecord(error, this.around.report);
    }
    return this.#put(target, converted);
  }

  async #put(target: Target, converted: ConvertedKeystore): Promise<RunRecord> {
    const { options, report } = this.around;
    const { contents, notes, json, files } = converted;
    const { path } = target;
    const { domains, warnings: ofDomains } = domainsOf(converted.leaves, options.deployHook !== undefined);
    const warnings = [...converted.warnings, ...this.#outputWarnings(target, files), ...ofDomains].filter(
      (warning) => !report.isAllowed(warning),
    );
    const paths = path === undefined ? [] : files.map((file) => pathOf(path, file));
    const record = { warnings, notes, contents, json, domains, paths, leaves: converted.leaves };
    const count = report.warnings.length + warnings.length;
    if (options.strict && count > 0) {
      wipeConverted(converted);
      return { ...record, failure: { code: 'ERR_STRICT', message: refusalReason(count) } };
    }
    for (const { pkcs8 } of converted.keys) this.#secrets.push(pkcs8);
    try {
      if (path === undefined) this.#print(converted);
      else await this.#place(path, converted);
      return record;
    } catch (error) {
      if (error instanceof BrokenPipeError || !(error instanceof OutputError) || !this.deployment.isUsable) throw error;
      return { ...record, failure: describeFailure(error), error };
    }
  }

  #print(converted: ConvertedKeystore): void {
    for (const { content } of converted.files) this.around.host.writeOutput(content);
    wipeConverted(converted);
  }

  /** Adds the files to the transaction. The files of `--split` are replaced one by one; those of `--layout` are replaced together. */
  async #place(path: string, { files, keys }: ConvertedKeystore): Promise<void> {
    const deployed = files.map((file) => ({ file, content: fileContent(file, keys, this.settings) }));
    if (!this.settings.split) return this.deployment.put(path, deployed);
    for (const { file, content } of deployed)
      await this.deployment.put(pathOf(path, file), [{ file: { ...file, name: undefined }, content }]);
  }

  /** Returns warnings about key files that other users can read, and about certificate files of earlier runs. */
  #outputWarnings({ path }: Target, files: readonly OutputFile[]): Warning[] {
    const { host } = this.around;
    const stale = this.settings.split && path !== undefined ? staleFiles(path, files, host) : [];
    if (this.settings.encryptKey !== undefined) return stale;
    const secrets = files.filter(({ isSecret }) => isSecret);
    if (path !== undefined) {
      const { rights } = this.settings;
      const warnings = secrets.map((file) => readableKeyWarning(pathOf(path, file), rights, host));
      return [...warnings.filter((warning) => warning !== undefined), ...stale];
    }
    if (secrets.length === 0 || ((host.outputFileMode() ?? 0) & readableByGroupOrOthers) === 0) return [];
    const message = 'the private key is written to a file that others can read; -o FILE writes it with mode 0600';
    return [{ code: 'WARN_OUTPUT_READABLE', message }];
  }

  /**
   * Adds the table of `--layout sni` to the transaction, unless a keystore could not be converted.
   * @returns false if `--strict` refuses the run because of warnings
   */
  async #putSniTable(): Promise<boolean> {
    const { options, report } = this.around;
    const { outputDir = '', strict } = options;
    const bundles = [...this.#records].flatMap(([{ path }, { leaves, failure }]) =>
      path === undefined || failure ? [] : [{ path, leaves }],
    );
    const { sniAdvice, sniTable, sniTableName } = await import('./sni-table.js');
    const { text, warnings } = sniTable(bundles);
    for (const warning of warnings) report.warn(warning);
    if (strict && report.warnings.length > 0) {
      report.error(refusalReason(report.warnings.length));
      return false;
    }
    const path = join(outputDir, sniTableName);
    if (bundles.length < this.targets.length) {
      // The names of the failed keystore would be missing in the table, and clients that ask for them would get another certificate.
      report.warning(`${path} was not written, because a keystore could not be converted`);
      return true;
    }
    // postmap(1) copies the mode of the table to its database, which contains the keys.
    const content = { content: Buffer.from(text), holdsKey: false, defaultMode: 0o600, ...this.settings.rights };
    await this.deployment.put(path, [
      { file: { name: undefined, content: content.content, isSecret: false }, content },
    ]);
    for (const line of sniAdvice(path, options.deployHook)) report.say(line);
    return true;
  }

  async #deploy(): Promise<number> {
    const { options, report, host } = this.around;
    const { dryRun = false, deployHook } = options;
    const { now } = this.settings.conversion;
    const isRefused = this.#refuseLateWarnings();
    let results: readonly KeystoreResult[] | undefined;
    const reportOnce = () => {
      if (results !== undefined) return;
      results = resultsOf(this.targets, this.#records, this.deployment, this.settings.split);
      reportResults(results, { dryRun, now, host }, report);
    };
    try {
      const prepareHook = deployHook === undefined ? undefined : this.#prepareHook(deployHook);
      if (!isRefused) await this.deployment.finish(reportOnce, prepareHook);
    } catch (error) {
      if (!(error instanceof HookFailedError)) throw error;
      const failure = describeFailure(error);
      report.error(failureLine(failure));
      if (failure.hint !== undefined) report.hint(failure.hint);
      printResults(resultsOf(this.targets, this.#records, this.deployment, this.settings.split, failure), this.around);
      return ExitCode.hookFailed;
    }
    reportOnce();
    const final = results ?? [];
    if (dryRun && deployHook !== undefined && final.some(({ end }) => end === 'written'))
      report.say(`would run the deploy hook: ${deployHook}`);
    printResults(final, this.around);
    return exitCodeOfResults(final, this.#records);
  }

  /**
   * With `--strict`, refuses the converted keystores if there is a warning about the whole run.
   * @returns whether they were refused
   */
  #refuseLateWarnings(): boolean {
    const { options, report } = this.around;
    if (!options.strict) return false;
    if (options.deployHook !== undefined) {
      const { left } = fittingDomains([...this.#records.values()].flatMap(({ domains }) => domains));
      if (left > 0) report.warn({ code: 'WARN_DOMAINS_CUT', message: domainsCut(left) });
    }
    const count = report.warnings.length;
    if (count === 0) return false;
    const failure = { code: 'ERR_STRICT', message: refusalReason(count) };
    for (const [target, record] of this.#records) this.#records.set(target, { failure, ...record });
    return true;
  }

  #prepareHook(command: string): PrepareHook {
    const { host, passwords, report, signal, options } = this.around;
    return async (files) => {
      const [{ runHook, requireFitting }, { hookEnvironment }] = await Promise.all([
        import('../../deploy/hook.js'),
        import('./hook-environment.js'),
      ]);
      const changed = new Set(files);
      const isChanged = ({ paths }: RunRecord) => paths.some((path) => changed.has(path));
      const domains = [...this.#records.values()].flatMap((record) => (isChanged(record) ? record.domains : []));
      const environment = hookEnvironment({ files, domains }, passwords.secretVariables, host, (message) =>
        report.warn({ code: 'WARN_DOMAINS_CUT', message }),
      );
      requireFitting(environment);
      const limits = { signal, signalGroup: host.signalGroup, timeoutSeconds: options.hookTimeout };
      return () => runHook(command, { environment, ...limits });
    };
  }
}

/** Lets the event loop handle termination signals and finished writes. Rejects if the signal is aborted. */
function otherEvents(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(signal.reason) : resolve()));
  });
}
