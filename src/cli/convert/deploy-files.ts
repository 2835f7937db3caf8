import type { FileContent } from '../../deploy/file-content.js';
import type { Transaction } from '../../deploy/transaction.js';
import type { NewDirectory } from '../../deploy/transaction-item.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';
import type { ConvertOptions } from './options.js';
import type { OutputFile } from './output-files.js';
import type { Target } from './targets.js';

/** Modes of a new directory: 0755 if only certificates are written into it; otherwise 0700, like certbot's `live`. */
const keyDirectoryMode = 0o700;
const certificateDirectoryMode = 0o755;

/** An output file, and the content that src/deploy writes for it. */
interface DeployedFile {
  readonly file: OutputFile;
  readonly content: FileContent;
}

/** The values of the run that a {@link FileDeployment} needs. */
interface DeploymentContext {
  readonly options: ConvertOptions;
  readonly host: Host;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Returns the directory of `--output-dir`, with the mode for its creation if it is missing; undefined without this option. */
export function directoryFor({ outputDir, trusted, only }: ConvertOptions): NewDirectory | undefined {
  const mode = trusted || only === 'chain' ? certificateDirectoryMode : keyDirectoryMode;
  return outputDir === undefined ? undefined : { path: outputDir, mode };
}

/**
 * Prepares the hook for the changed files, and returns the function that runs it. Called before the files are replaced, so that an error
 * prevents the replacement; called again afterwards if some of the files could not be replaced.
 */
export type PrepareHook = (changed: readonly string[]) => Promise<() => Promise<void>>;

/**
 * Writes the files of a run, as one transaction of src/deploy. {@link put} adds the files of a target; {@link finish} replaces the files that
 * differ, and runs the hook.
 */
export class FileDeployment {
  private constructor(
    /** Undefined if the run writes to standard output. */
    private readonly transaction: Transaction | undefined,
    private readonly isPreview: boolean,
  ) {}

  /**
   * Begins a transaction, unless the run writes to standard output.
   * @throws {OutputError} if the directory of `--output-dir` cannot be used
   */
  static async begin(
    targets: readonly Target[],
    { options, host, report, signal }: DeploymentContext,
  ): Promise<FileDeployment> {
    const { deployHook, dryRun = false } = options;
    if (targets.every(({ path }) => path === undefined)) return new FileDeployment(undefined, dryRun);
    const { Transaction } = await import('../../deploy/transaction.js');
    const directory = directoryFor(options);
    const transaction = new Transaction({
      user: host.userId(),
      dryRun,
      hasHook: deployHook !== undefined,
      signal,
      onWait: (message) => report.say(message),
      onUnsafe: (message) => report.warn({ code: 'WARN_DIRECTORY_UNSAFE', message }),
      ...(directory && { directory }),
    });
    return new FileDeployment(transaction, dryRun);
  }

  /**
   * Adds the files of a target. Their contents in memory are overwritten when they are no longer needed.
   * @throws {OutputError} if the files cannot be written
   */
  put(path: string, files: readonly DeployedFile[]): Promise<void> {
    const contents = new Map(files.map(({ file, content }) => [file.name ?? '', content]));
    const only = contents.get('');
    // A target with a path has a transaction.
    const transaction = this.transaction as Transaction;
    return only ? transaction.put(path, path, only) : transaction.putSet(path, path, contents);
  }

  /**
   * Replaces the files that differ (for each target all of them, or none), and runs the hook once if a file was replaced. In a dry run, and
   * for standard output, only calls `onReplaced`.
   * @param onReplaced called after the files were replaced, before the hook runs
   * @throws {HookFailedError} if the hook failed; the previous files are restored then
   * @throws {OutputError} if the transaction failed; the previous files are unchanged or restored then
   */
  async finish(onReplaced: () => void, prepareHook?: PrepareHook): Promise<void> {
    const { transaction } = this;
    if (this.isPreview || transaction === undefined) return onReplaced();
    const planned = transaction.changes;
    const prepared = prepareHook && planned.length > 0 ? await prepareHook(planned) : undefined;
    await transaction.commit();
    onReplaced();
    const { changes } = transaction;
    // Files that could not be replaced are not passed to the hook.
    const isAsPlanned = changes.length === planned.length;
    const runHook = prepareHook && changes.length > 0 && !isAsPlanned ? await prepareHook(changes) : prepared;
    await transaction.settle(runHook);
  }

  /** Returns the files of a target that changed, or that would change in a dry run. */
  changesOf(path: string): readonly string[] {
    return this.transaction?.changesOf(path) ?? [];
  }

  /** Returns the error because of which a target was not replaced; undefined if there is none, and before {@link finish}. */
  failureOf(path: string): unknown {
    return this.transaction?.failureOf(path);
  }

  /** False after locking a directory has failed. Then no file can be added. */
  get isUsable(): boolean {
    return this.transaction?.isUsable ?? true;
  }

  /** Ends the transaction. Must be called after success and after failure. */
  close(): void {
    this.transaction?.close();
  }
}
