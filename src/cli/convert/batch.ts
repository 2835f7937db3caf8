import { FolderDeployment } from '../../deploy/folder-deployment.js';
import { HookFailedError } from '../../errors.js';
import { describeFailure, ExitCode, failureLine } from '../failure.js';
import type { Host } from '../host.js';
import { toJsonLine } from '../json.js';
import { Passwords } from '../password/passwords.js';
import { Report } from '../report.js';
import { BatchDelivery } from './batch-delivery.js';
import { batchJson, type StoreResult, tellBatch } from './batch-report.js';
import { type BatchTarget, batchTargets } from './batch-targets.js';
import { type BatchPlan, convertStore } from './converted-store.js';
import { usualJobs } from './jobs-option.js';
import { type ConvertOptions, readRights } from './options.js';
import { planConversion } from './plan.js';
import { ProgressBar } from './progress-bar.js';
import { tellRefusal } from './refusal.js';
import { convertStores } from './store-conversions.js';
import { StoreConverter } from './store-converter.js';
import { untilTerminated } from './termination.js';

/** What a directory of private keys is made with, and one of certificates only: as certbot makes its `live`. */
const keyDirectoryMode = 0o700;
const certificateDirectoryMode = 0o755;

/** One run of `convert` for several keystores, or for one into a directory. */
export class BatchConversion {
  readonly #report: Report;
  readonly #passwords: Passwords;

  constructor(
    private readonly keystores: readonly string[],
    private readonly options: ConvertOptions,
    private readonly host: Host,
  ) {
    this.#report = new Report(host, options.quiet ?? false);
    this.#passwords = new Passwords(options, host, this.#report);
  }

  async run(): Promise<number> {
    const { options, host } = this;
    const targets = batchTargets(this.keystores, options);
    const rights = readRights(options);
    const encryptKey = this.#passwords.toEncryptWith(options.encryptKey);
    const plan = await this.#plan(encryptKey);
    const ownWarnings = this.#report.warnings;
    if (options.strict && ownWarnings.length > 0) {
      tellRefusal(this.#report);
      return ExitCode.wrong;
    }
    const writing = { rights, strict: options.strict ?? false, ownWarnings };
    return untilTerminated(host, async (signal) => {
      const deployment = await FolderDeployment.open(options.outputDir ?? '', {
        directoryMode: plan.trusted ? certificateDirectoryMode : keyDirectoryMode,
        dryRun: options.dryRun ?? false,
        hasHook: options.deployHook !== undefined,
        signal,
      });
      try {
        const delivery = new BatchDelivery(
          deployment,
          { ...writing, ...(encryptKey !== undefined && { encryptKey }) },
          host,
        );
        await this.#convert(targets, plan, delivery, signal);
        return await this.#deploy(targets, deployment, delivery, signal);
      } finally {
        deployment.close();
      }
    });
  }

  async #plan(encryptKey: string | undefined): Promise<BatchPlan> {
    const { keystores, options, host } = this;
    const [only, ...others] = keystores;
    const what = only !== undefined && others.length === 0 ? only : `${keystores.length} keystores`;
    return {
      ...(await planConversion(options, { what, encryptKey }, this.#passwords, host)),
      wantsJson: options.json ?? false,
      wantsDomains: options.deployHook !== undefined,
    };
  }

  async #convert(
    targets: readonly BatchTarget[],
    plan: BatchPlan,
    delivery: BatchDelivery,
    signal: AbortSignal,
  ): Promise<void> {
    const { host, options } = this;
    const resultIsOnTerminal = plan.wantsJson && host.outputColumns() !== undefined;
    const jobs = options.jobs ?? usualJobs(targets.length, await host.parallelism());
    const bar = new ProgressBar(targets.length, host, !options.quiet && !resultIsOnTerminal);
    try {
      await convertStores(this.keystores, plan, jobs, { host, signal }, async (index, outcome) => {
        bar.advance(!(await delivery.receive(targets[index] as BatchTarget, outcome)));
      });
    } finally {
      bar.erase();
    }
    if (delivery.locked.length > 0 && plan.keyPass === undefined) await this.#unlock(plan, delivery);
  }

  /** Keys that do not open with the store password: asked about once, when all else is done. */
  async #unlock(plan: BatchPlan, delivery: BatchDelivery): Promise<void> {
    const [first, ...more] = delivery.locked;
    const keyPass = await this.#passwords.ask(
      `Password of the key in ${first?.keystore}${more.length > 0 ? ` and ${more.length} more` : ''}`,
    );
    if (keyPass === undefined) return;
    const converter = new StoreConverter(plan);
    for (const target of delivery.locked) {
      const read = () => this.host.readFile(target.keystore);
      await delivery.receive(target, await convertStore(read, converter, plan, keyPass));
    }
  }

  async #deploy(
    targets: readonly BatchTarget[],
    deployment: FolderDeployment,
    delivery: BatchDelivery,
    signal: AbortSignal,
  ): Promise<number> {
    const dryRun = this.options.dryRun ?? false;
    if (!dryRun) {
      await this.#hook(delivery, signal);
      await deployment.commit();
    }
    const results = delivery.results(targets);
    tellBatch(results, dryRun, this.#report);
    if (dryRun) {
      const { deployHook } = this.options;
      if (deployHook !== undefined && deployment.changes.length > 0)
        this.#report.say(`would run the deploy hook: ${deployHook}`);
      return this.#end(results, dryRun);
    }
    try {
      await deployment.settle(await this.#hook(delivery, signal));
    } catch (error) {
      if (!(error instanceof HookFailedError)) throw error;
      const failure = describeFailure(error);
      this.#report.error(failureLine(failure));
      if (failure.hint !== undefined) this.#report.hint(failure.hint);
      this.#end(delivery.results(targets, failure), dryRun);
      return ExitCode.hookFailed;
    }
    return this.#end(results, dryRun);
  }

  /** Loaded, and told what has changed; undefined if there is none to be run. */
  async #hook(delivery: BatchDelivery, signal: AbortSignal): Promise<(() => Promise<void>) | undefined> {
    const { deployHook } = this.options;
    const { renewal } = delivery;
    if (deployHook === undefined || renewal.files.length === 0) return undefined;
    const [{ runHook, requireFitting }, { hookEnvironment }] = await Promise.all([
      import('../../deploy/hook.js'),
      import('./hook-environment.js'),
    ]);
    const environment = hookEnvironment(renewal, this.#passwords.secretVariables, this.host);
    requireFitting(environment);
    return () => runHook(deployHook, { environment, signal });
  }

  #end(results: readonly StoreResult[], dryRun: boolean): number {
    if (this.options.json) {
      const lines = results.map((result) => toJsonLine(batchJson(result, dryRun)));
      this.host.writeOutput(Buffer.from(lines.join('')));
    }
    if (results.some(({ end }) => end === 'failed')) return ExitCode.failed;
    return results.some(({ end }) => end === 'refused') ? ExitCode.wrong : ExitCode.done;
  }
}
