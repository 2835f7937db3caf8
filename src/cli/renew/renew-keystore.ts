import { join } from 'node:path';
import { recordName, type StateOptions } from '../../deploy/journal/state-directory.js';
import { Transaction } from '../../deploy/transaction.js';
import { HookFailedError, Jks2PemError } from '../../errors.js';
import { ExitCode, type Failure, InterruptedError } from '../command-errors.js';
import type { ConfiguredKeystore } from '../configuration/configuration.js';
import { optionToKeyNames } from '../configuration/option-to-key-names.js';
import { directoryFor } from '../convert/deploy-files.js';
import { hookEnvironment } from '../convert/hook-environment.js';
import { domainsOf } from '../convert/renewed-domains.js';
import { refusalReason } from '../convert/result-report.js';
import type { Host } from '../host.js';
import { Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { type ConvertedOutput, convertOutputs, filesOf, warningsOf, wipeOutputs } from './convert-outputs.js';
import { type HookGroup, hookGroups, hookOf, withoutHook } from './hook-groups.js';
import { keystoreStateDirectory } from './keystore-state-directory.js';
import type { RenewOptions } from './options.js';
import { formatRecord, readRecord, updateRecord } from './renewal-record.js';
import { RenewalReport } from './renewal-report.js';
import { failureOf, type HookResult, type OutputResult, type RenewalResult } from './renewal-result.js';

/** Values that all renewals of a run share. */
interface RenewalContext {
  readonly options: RenewOptions;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The path of the configuration file. */
  readonly configuration: string;
  /** Names of the environment variables that contain passwords of any configured keystore. Hooks do not get these variables. */
  readonly secretVariables: readonly string[];
}

/**
 * Renews the outputs of one keystore: writes all of them or none, then runs the hooks. If a hook fails, only its outputs are restored.
 * Errors are not thrown, but are part of the result.
 */
export async function renewKeystore(keystore: ConfiguredKeystore, context: RenewalContext): Promise<RenewalResult> {
  return new Renewal(keystore, context).run();
}

class Renewal {
  readonly #report: RenewalReport;
  readonly #passwords: Passwords;
  readonly #hooks: HookResult[] = [];
  /** Identifiers of the hook groups whose hook failed, so that their files were restored. */
  readonly #undone = new Set<string>();
  #outputs: readonly ConvertedOutput[] = [];

  constructor(
    private readonly keystore: ConfiguredKeystore,
    private readonly context: RenewalContext,
  ) {
    const { host, options } = context;
    const { storepass } = keystore.options;
    const report = new Report(host, options.quiet ?? false, keystore.options.allow);
    this.#report = new RenewalReport(keystore.name, report, host);
    this.#passwords = new Passwords(storepass === undefined ? {} : { storepass }, host, report);
  }

  async run(): Promise<RenewalResult> {
    const { host, options } = this.context;
    try {
      this.#outputs = await convertOutputs(this.keystore, this.#passwords, host, options.json ?? false);
    } catch (error) {
      if (error instanceof Jks2PemError) for (const warning of error.warnings ?? []) this.#report.warn(warning);
      return this.#failed(error, this.keystore.keystore);
    }
    for (const note of new Set(this.#outputs.flatMap(({ converted }) => converted.notes))) this.#report.say(note);
    for (const warning of warningsOf(this.#outputs, host)) this.#report.warn(warning);
    try {
      return this.#refused() ?? (await this.#deploy());
    } catch (error) {
      return this.#failed(error);
    } finally {
      wipeOutputs(this.#outputs);
    }
  }

  /** Returns the result if `strict` refuses the keystore because of its warnings; otherwise undefined. */
  #refused(): RenewalResult | undefined {
    const count = this.#report.warnings.length;
    if (!(this.context.options.strict || this.keystore.options.strict) || count === 0) return undefined;
    const failure = { code: 'ERR_STRICT', message: optionToKeyNames(refusalReason(count)) };
    this.#report.refused(failure);
    return this.#result('refused', [], ExitCode.wrong, failure);
  }

  async #deploy(): Promise<RenewalResult> {
    const { host, options, signal } = this.context;
    const { dryRun = false } = options;
    const groups = hookGroups(this.#outputs);
    const state = this.#state();
    const transaction = new Transaction({
      user: host.userId(),
      dryRun,
      hasHook: groups.length > 0,
      isAllOrNothing: true,
      signal,
      onWait: (message) => this.#report.say(message),
      onUnsafe: (message) => this.#report.warn({ code: 'WARN_DIRECTORY_UNSAFE', message }),
      ...(state && { state }),
    });
    try {
      for (const each of this.#outputs) await this.#put(each, transaction);
      // Adding the outputs may have caused warnings about unsafe directories.
      const refused = this.#refused();
      if (refused) return refused;
      // Prepares the hooks, so that an environment that is too large is refused before a file is written.
      for (const group of groups) await this.#prepare(group, transaction);
      await transaction.commit();
      this.#report.written(this.#outputs, this.#changes(transaction), { dryRun, now: host.now() });
      if (dryRun) this.#announce(groups, transaction);
      else await this.#runHooks(groups, transaction).finally(() => this.#keepRecord(transaction, state));
      return this.#end(transaction);
    } finally {
      transaction.close();
    }
  }

  /** Returns where the journal and the record are kept; undefined if there is no such place. The outputs are renewed in both cases. */
  #state(): StateOptions | undefined {
    const { configuration, host } = this.context;
    const onUnavailable = (reason: string) =>
      this.#report.warn({
        code: 'WARN_STATE_NOT_KEPT',
        message: `${reason}; jks2pem status will not know when this was renewed and what the hooks did`,
      });
    const place = keystoreStateDirectory(configuration, this.keystore.name, host);
    return place && { ...place, onUnavailable };
  }

  #keepRecord(transaction: Transaction, state: StateOptions | undefined): void {
    const changed = this.#changes(transaction).flatMap((output) => (output.changed ? [output.path] : []));
    if (state === undefined || (changed.length === 0 && this.#hooks.length === 0)) return;
    const { host } = this.context;
    const path = join(state.path, recordName);
    const old = readRecord(path, host);
    if (old === 'damaged') {
      const message = `${path}: the record of earlier changes and hooks is damaged; it is replaced, and jks2pem status no longer knows them`;
      this.#report.warn({ code: 'WARN_STATE_NOT_KEPT', message });
    }
    const record = updateRecord(old === 'damaged' ? undefined : old, {
      now: host.now(),
      changed,
      hooks: this.#hooks,
      outputs: this.#outputs.map(({ output }) => output.path),
    });
    transaction.writeRecord(Buffer.from(formatRecord(record)));
  }

  async #put(each: ConvertedOutput, transaction: Transaction): Promise<void> {
    for (const unit of each.units) {
      const { path, files } = unit;
      const only = files.get('');
      const hook = hookOf(each, unit);
      const directory = directoryFor(each.output.options);
      if (only) await transaction.put(path, path, only, hook, directory);
      else await transaction.putSet(path, path, files, hook, directory);
    }
  }

  /**
   * Prepares a hook for the files that change.
   * @returns a function that runs it; undefined if none of its files changes, and in a dry run
   */
  async #prepare(group: HookGroup, transaction: Transaction): Promise<(() => Promise<void>) | undefined> {
    const { host, signal, secretVariables } = this.context;
    const files = changedFiles(group, transaction);
    if (files.length === 0 || this.context.options.dryRun) return undefined;
    const changed = new Set(files);
    const leaves = this.#outputs
      .filter(({ units }) => units.some((unit) => filesOf(unit).some((file) => changed.has(file))))
      .flatMap(({ converted }) => converted.leaves);
    const { runHook, requireFitting } = await import('../../deploy/hook.js');
    const variables = [...secretVariables, ...this.#passwords.secretVariables];
    const environment = hookEnvironment(
      { files, domains: domainsOf(leaves, true).domains },
      variables,
      host,
      (message) => this.#report.warn({ code: 'WARN_DOMAINS_CUT', message }),
    );
    requireFitting(environment);
    const { timeoutSeconds, command } = group;
    return () => runHook(command, { environment, timeoutSeconds, signal, signalGroup: host.signalGroup });
  }

  /** Runs the hooks one after another. If a hook fails, the files of its group are restored, and the next hook still runs. */
  async #runHooks(groups: readonly HookGroup[], transaction: Transaction): Promise<void> {
    await transaction.settle(undefined, withoutHook);
    for (const group of groups) {
      if (this.context.signal.aborted)
        throw new InterruptedError('files were restored, except those whose hook had succeeded or that have none');
      const runHook = await this.#prepare(group, transaction);
      if (runHook === undefined) continue;
      const { command, directory } = group;
      try {
        await transaction.settle(runHook, group.id);
        this.#hooks.push({ command, directory, ok: true });
        this.#report.ran(group);
      } catch (error) {
        if (!(error instanceof HookFailedError)) throw error;
        this.#undone.add(group.id);
        const { failure } = failureOf(error);
        this.#hooks.push({ command, directory, ok: false, message: failure.message });
        this.#report.failed(failure, `${command} (${directory})`);
      }
    }
  }

  #announce(groups: readonly HookGroup[], transaction: Transaction): void {
    for (const group of groups) if (changedFiles(group, transaction).length > 0) this.#report.wouldRun(group);
  }

  #end(transaction: Transaction): RenewalResult {
    const outputs = this.#changes(transaction);
    const failed = this.#hooks.find(({ ok }) => !ok);
    if (failed) {
      const failure = { code: 'ERR_HOOK_FAILED', message: failed.message ?? '' };
      return this.#result('failed', outputs, ExitCode.hookFailed, failure);
    }
    const isChanged = outputs.some(({ changed }) => changed);
    if (!isChanged) this.#report.current(this.#outputs);
    return this.#result(isChanged ? 'renewed' : 'current', outputs, ExitCode.done);
  }

  /** Returns each output with its files. A file counts as changed if it was written and not restored; in a dry run, if it would change. */
  #changes(transaction: Transaction): OutputResult[] {
    return this.#outputs.map((each) => {
      const { output, units, converted } = each;
      const kept = units.filter((unit) => !this.#undone.has(hookOf(each, unit)));
      const changed = new Set(kept.flatMap(({ path }) => transaction.changesOf(path)));
      const files = units.flatMap(filesOf).map((path) => ({ path, changed: changed.has(path) }));
      return { path: output.path, changed: changed.size > 0, files, json: converted.json };
    });
  }

  /**
   * Reports a failure.
   * @param about what failed; printed before the message, unless the message begins with it
   */
  #failed(error: unknown, about?: string): RenewalResult {
    const { failure, exitCode } = failureOf(error);
    this.#report.failed(failure, about);
    return this.#result('failed', [], exitCode, failure);
  }

  #result(
    end: RenewalResult['end'],
    outputs: readonly OutputResult[],
    exitCode: number,
    failure?: Failure,
  ): RenewalResult {
    const { name, keystore } = this.keystore;
    const { warnings } = this.#report;
    return { name, keystore, end, outputs, hooks: this.#hooks, warnings, exitCode, ...(failure && { failure }) };
  }
}

function changedFiles({ units }: HookGroup, transaction: Transaction): string[] {
  return units.flatMap(({ path }) => transaction.changesOf(path));
}
