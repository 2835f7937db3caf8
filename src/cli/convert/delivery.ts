import type { FileContent } from '../../deploy/file-content.js';
import type { NewDirectory } from '../../deploy/item.js';
import { Transaction } from '../../deploy/transaction.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';
import type { ConvertOptions } from './options.js';
import type { OutputFile } from './output-files.js';

/** What a directory of private keys is made with, and one of certificates only: as certbot makes its `live`. */
const keyDirectoryMode = 0o700;
const certificateDirectoryMode = 0o755;

/** A file of the output together with what src/deploy writes. */
export interface DeliveredFile {
  readonly file: OutputFile;
  readonly content: FileContent;
}

/** The directory of `--output-dir`, which is made if it is missing. */
export function directoryFor({ outputDir, trusted }: ConvertOptions): NewDirectory | undefined {
  const mode = trusted ? certificateDirectoryMode : keyDirectoryMode;
  return outputDir === undefined ? undefined : { path: outputDir, mode };
}

/** Makes the hook of a change; called with the changed files before they are in place, so that it can still refuse. */
export type PrepareHook = (changed: readonly string[]) => Promise<() => Promise<void>>;

/**
 * Puts the output of a run in place. The only file of `convert` that calls src/deploy: {@link put} takes the files of each target,
 * {@link finish} replaces what differs and runs the hook.
 */
export class Delivery {
  readonly #transaction: Transaction;
  readonly #isPreview: boolean;

  /** @throws {OutputError} if the directory of `--output-dir` cannot be used */
  constructor(options: ConvertOptions, host: Host, report: Report, signal: AbortSignal) {
    const { deployHook, dryRun = false } = options;
    const directory = directoryFor(options);
    this.#isPreview = dryRun;
    this.#transaction = new Transaction({
      user: host.userId(),
      dryRun,
      hasHook: deployHook !== undefined,
      signal,
      onWait: (message) => report.say(message),
      onUnsafe: (message) => report.warn({ code: 'WARN_DIRECTORY_UNSAFE', message }),
      ...(directory && { directory }),
    });
  }

  /**
   * Takes the files of one target; their contents are overwritten when no longer needed.
   * @throws {OutputError} if they cannot be written
   */
  put(path: string, files: readonly DeliveredFile[]): Promise<void> {
    const contents = new Map(files.map(({ file, content }) => [file.name ?? '', content]));
    const only = contents.get('');
    return only ? this.#transaction.put(path, path, only) : this.#transaction.putSet(path, path, contents);
  }

  /**
   * Replaces what differs, all or none of each target, and runs the hook once if anything changed.
   * @param onReplaced called when the new files are in place, before the hook
   * @throws {HookFailedError} if the hook failed; the old files are then back
   */
  async finish(onReplaced: () => void, prepareHook?: PrepareHook): Promise<void> {
    const transaction = this.#transaction;
    if (this.#isPreview) return onReplaced();
    const planned = transaction.changes;
    const prepared = prepareHook && planned.length > 0 ? await prepareHook(planned) : undefined;
    await transaction.commit();
    onReplaced();
    const { changes } = transaction;
    // The hook hears nothing of files that could not be replaced.
    const isAsPlanned = changes.length === planned.length;
    const runHook = prepareHook && changes.length > 0 && !isAsPlanned ? await prepareHook(changes) : prepared;
    await transaction.settle(runHook);
  }

  /** The files of a target that changed, or would. */
  changesOf(path: string): readonly string[] {
    return this.#transaction.changesOf(path);
  }

  /** Why a target could not be replaced; known after {@link finish}. */
  failureOf(path: string): unknown {
    return this.#transaction.failureOf(path);
  }

  /** False once it turned out that nothing can be written here at all. */
  get isUsable(): boolean {
    return this.#transaction.isUsable;
  }

  /** Ends the work; call it however the run ended. */
  close(): void {
    this.#transaction.close();
  }
}
