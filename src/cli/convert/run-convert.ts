import { wipe } from '../../bytes/wipe.js';
import { HookFailedError, Jks2PemError, KeyUnrecoverableError, OutputError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { describeFailure, ExitCode, exitCodeOf, type Failure, failureLine } from '../failure.js';
import type { Host } from '../host.js';
import { readKeystoreFile } from '../input-files.js';
import { toJson, toJsonLine } from '../json.js';
import { Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { Delivery, type PrepareHook } from './delivery.js';
import { type ConvertedKeystore, convertKeystore, wipeConverted } from './keystore-conversion.js';
import { type ConvertOptions, requireConsistent, requireOneUseOfInput } from './options.js';
import { fileContent, pathOf, readableKeyWarning } from './output-files.js';
import { ProgressBar } from './progress-bar.js';
import { type KeystoreResult, refusalReason, reportResults, resultObject } from './result-report.js';
import { type ConvertSettings, readSettings } from './settings.js';
import { requireOtherFile, type Target, targetsOf } from './targets.js';
import { orAborted, untilTerminated } from './termination.js';

/** Read by group or others (inode(7)). */
const readableByOthers = 0o044;

/** What is known of one keystore once it has been converted, or has failed. */
interface Record extends Pick<KeystoreResult, 'warnings' | 'notes' | 'contents' | 'json' | 'failure'> {
  readonly paths: readonly string[];
  readonly domains: readonly string[];
  /** The error behind `failure`. */
  readonly error?: unknown;
}

/** Runs `convert`. One keystore and several, to standard output, a path or a directory, take the same steps. */
export async function runConvert(keystores: readonly string[], options: ConvertOptions, host: Host): Promise<number> {
  requireConsistent(options);
  const targets = targetsOf(keystores, options);
  if (keystores.includes('-')) requireOneUseOfInput(options);
  const report = new Report(host, options.quiet ?? false);
  const passwords = new Passwords(options, host, report);
  const settings = await readSettings(options, passwords, host);
  return untilTerminated(host, (signal) =>
    new ConvertRun(targets, settings, { options, host, report, passwords, signal }).run(),
  );
}

/** What a run works with. */
interface Surroundings {
  readonly options: ConvertOptions;
  readonly host: Host;
  readonly report: Report;
  readonly passwords: Passwords;
  readonly signal: AbortSignal;
}

class ConvertRun {
  readonly #records = new Map<Target, Record>();
  readonly #secrets: Uint8Array[] = [];
  #storePass: string | undefined;

  constructor(
    private readonly targets: readonly Target[],
    private readonly settings: ConvertSettings,
    private readonly around: Surroundings,
  ) {
    this.#storePass = settings.storePass;
  }

  async run(): Promise<number> {
    const { options, host, report, signal } = this.around;
    const delivery = new Delivery(options, host, report, signal);
    try {
      await this.#convertAll(delivery);
      return await this.#deliver(delivery);
    } finally {
      delivery.close();
      wipe(...this.#secrets);
    }
  }

  async #convertAll(delivery: Delivery): Promise<void> {
    const { host, options, signal } = this.around;
    const resultIsOnTerminal = (options.json ?? false) && host.outputColumns() !== undefined;
    const bar = new ProgressBar(this.targets.length, host, !options.quiet && !resultIsOnTerminal);
    try {
      for (const target of this.targets) {
        await otherEvents(signal);
        const record = await this.#convert(target, delivery);
        this.#records.set(target, record);
        bar.advance(record.failure !== undefined);
      }
    } finally {
      bar.erase();
    }
    await this.#askForKeyPassword(delivery);
  }

  /** Whatever stops the conversion of one keystore is kept in its record: the others are still converted. */
  async #convert(target: Target, delivery: Delivery, keyPass?: string): Promise<Record> {
    const { host, options } = this.around;
    let bytes: Uint8Array;
    let converted: ConvertedKeystore;
    try {
      bytes = await readKeystoreFile(target.keystore, host, options.limit);
      requireOtherFile(target);
    } catch (error) {
      return failedRecord(error);
    }
    // A password that is missing ends the whole run.
    const storePass = await this.#storePassword();
    try {
      const wanted = { json: options.json ?? false, domains: options.deployHook !== undefined };
      converted = await convertKeystore(bytes, this.settings, { storePass, keyPass }, wanted);
    } catch (error) {
      return failedRecord(error);
    }
    return this.#put(target, converted, delivery);
  }

  /** The store password, asked for when the first keystore needs it, and once for all. */
  async #storePassword(): Promise<string> {
    const [only, ...others] = this.targets;
    const what = only && others.length === 0 ? only.keystore : `${this.targets.length} keystores`;
    return (this.#storePass ??= await orAborted(this.around.passwords.storePassword(what), this.around.signal));
  }

  async #put(target: Target, converted: ConvertedKeystore, delivery: Delivery): Promise<Record> {
    const { contents, notes, json, domains, files } = converted;
    const { path } = target;
    const warnings = [...converted.warnings, ...this.#outputWarnings(target, converted)];
    const paths = path === undefined ? [] : files.map((file) => pathOf(path, file));
    const record = { warnings, notes, contents, json, domains, paths };
    const count = this.around.report.warnings.length + warnings.length;
    if (this.around.options.strict && count > 0) {
      wipeConverted(converted);
      return { ...record, failure: { code: 'ERR_STRICT', message: refusalReason(count) } };
    }
    this.#secrets.push(...converted.keys.map(({ pkcs8 }) => pkcs8));
    try {
      if (path === undefined) this.#print(converted);
      else {
        const contentOf = (file: (typeof files)[number]) => fileContent(file, converted.keys, this.settings);
        await delivery.put(
          path,
          files.map((file) => ({ file, content: contentOf(file) })),
        );
      }
      return record;
    } catch (error) {
      if (!(error instanceof OutputError) || !delivery.isUsable) throw error;
      return { ...record, failure: describeFailure(error), error };
    }
  }

  #print(converted: ConvertedKeystore): void {
    for (const { content } of converted.files) this.around.host.writeOutput(content);
    wipeConverted(converted);
  }

  /** Whether others can read the key where it is written. */
  #outputWarnings({ path }: Target, { files }: ConvertedKeystore): Warning[] {
    const secret = files.find(({ isSecret }) => isSecret);
    if (secret === undefined || this.settings.encryptKey !== undefined) return [];
    const { host } = this.around;
    if (path !== undefined) {
      const file = pathOf(path, secret);
      const warning = readableKeyWarning(file, host.modeOf(file), this.settings.rights);
      return warning ? [warning] : [];
    }
    if (((host.outputFileMode() ?? 0) & readableByOthers) === 0) return [];
    const message = 'the private key goes to a file that others can read; -o FILE writes it with mode 0600';
    return [{ code: 'WARN_OUTPUT_READABLE', message }];
  }

  /** Keys that do not open with the passwords given: asked for once, after everything else has been converted. */
  async #askForKeyPassword(delivery: Delivery): Promise<void> {
    const locked = this.targets.filter((target) => this.#records.get(target)?.error instanceof KeyUnrecoverableError);
    const [first, ...more] = locked;
    const error = first && this.#records.get(first)?.error;
    if (!(error instanceof KeyUnrecoverableError) || this.settings.conversion.keyPasses !== undefined) return;
    const where = this.targets.length > 1 ? ` in ${first?.keystore}` : '';
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    const question = this.around.passwords.ask(`Password of key "${error.alias}"${where}${others}`);
    const keyPass = await orAborted(question, this.around.signal);
    if (keyPass === undefined) return;
    for (const target of locked) this.#records.set(target, await this.#convert(target, delivery, keyPass));
  }

  async #deliver(delivery: Delivery): Promise<number> {
    const { options, report } = this.around;
    const { dryRun = false, deployHook } = options;
    let results: readonly KeystoreResult[] | undefined;
    const reportOnce = () => {
      if (results !== undefined) return;
      results = this.#results(delivery);
      reportResults(results, dryRun, report);
    };
    try {
      await delivery.finish(reportOnce, deployHook === undefined ? undefined : this.#prepareHook(deployHook, delivery));
    } catch (error) {
      if (!(error instanceof HookFailedError)) throw error;
      const failure = describeFailure(error);
      report.error(failureLine(failure));
      if (failure.hint !== undefined) report.hint(failure.hint);
      this.#printJson(this.#results(delivery, failure));
      return ExitCode.hookFailed;
    }
    reportOnce();
    if (dryRun && deployHook !== undefined && results?.some(({ end }) => end === 'written'))
      report.say(`would run the deploy hook: ${deployHook}`);
    this.#printJson(results ?? []);
    return this.#exitCode(results ?? []);
  }

  #prepareHook(command: string, delivery: Delivery): PrepareHook {
    const { host, passwords, signal } = this.around;
    return async (files) => {
      const [{ runHook, requireFitting }, { hookEnvironment }] = await Promise.all([
        import('../../deploy/hook.js'),
        import('./deploy-hook.js'),
      ]);
      const isChanged = (target: Target) =>
        target.path !== undefined && (this.targets.length === 1 || delivery.changesOf(target.path).length > 0);
      const domains = [...this.#records].flatMap(([target, record]) => (isChanged(target) ? record.domains : []));
      const environment = hookEnvironment({ files, domains: [...new Set(domains)] }, passwords.secretVariables, host);
      requireFitting(environment);
      const limits = { signal, signalGroup: host.signalGroup, timeoutSeconds: this.around.options.hookTimeout };
      return () => runHook(command, { environment, ...limits });
    };
  }

  /** @param undone why the changes were taken back */
  #results(delivery: Delivery, undone?: Failure): KeystoreResult[] {
    return this.targets.map((target) => this.#resultOf(target, delivery, undone));
  }

  #resultOf(target: Target, delivery: Delivery, undone: Failure | undefined): KeystoreResult {
    const { paths, domains: _, failure: early, error: __, ...record } = this.#records.get(target) as Record;
    const { path } = target;
    const late = path === undefined ? undefined : delivery.failureOf(path);
    const changes = path === undefined ? [] : delivery.changesOf(path);
    const isChanged = changes.length > 0;
    const failure =
      early ?? (late === undefined ? undefined : describeFailure(late)) ?? (isChanged ? undone : undefined);
    const end = failure
      ? failure.code === 'ERR_STRICT'
        ? 'refused'
        : 'failed'
      : path === undefined
        ? 'printed'
        : isChanged
          ? 'written'
          : 'current';
    const files = paths.map((file) => ({ path: file, changed: end === 'written' && changes.includes(file) }));
    return { target, end, files, ...record, ...(failure && { failure }) };
  }

  /** One object for one keystore; for `--output-dir` one in a line for each keystore, as programs read that take one after another. */
  #printJson(results: readonly KeystoreResult[]): void {
    const { options, host, report } = this.around;
    if (!options.json) return;
    const { dryRun = false, outputDir } = options;
    const print = outputDir === undefined ? toJson : toJsonLine;
    host.writeOutput(
      Buffer.from(results.map((result) => print(resultObject(result, report.warnings, dryRun))).join('')),
    );
  }

  #exitCode(results: readonly KeystoreResult[]): number {
    const [only, ...others] = this.targets;
    const error = only && this.#records.get(only)?.error;
    if (others.length === 0 && error !== undefined) return exitCodeOf(error);
    if (results.some(({ end }) => end === 'failed')) return ExitCode.failed;
    return results.some(({ end }) => end === 'refused') ? ExitCode.wrong : ExitCode.done;
  }
}

function failedRecord(error: unknown): Record {
  return {
    paths: [],
    warnings: (error instanceof Jks2PemError && error.warnings) || [],
    notes: [],
    contents: '',
    json: undefined,
    domains: [],
    failure: describeFailure(error),
    error,
  };
}

/** Lets signals and finished writes be noticed between two keystores. */
function otherEvents(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(signal.reason) : resolve()));
  });
}
