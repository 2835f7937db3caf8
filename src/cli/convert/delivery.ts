import { basename } from 'node:path';
import { deployDirectory, deployFile } from '../../deploy/deployment.js';
import { FolderDeployment } from '../../deploy/folder-deployment.js';
import type { FileContent } from '../../deploy/target.js';
import { OutputError } from '../../errors.js';
import type { ConvertOptions } from './options.js';
import { type OutputFile, pathOf } from './output-files.js';

/** What a directory of private keys is made with, and one of certificates only: as certbot makes its `live`. */
const keyDirectoryMode = 0o700;
const certificateDirectoryMode = 0o755;

/** A file of the output together with what src/deploy writes. */
export interface DeliveredFile {
  readonly file: OutputFile;
  readonly content: FileContent;
}

/** Makes the hook of a change; called with the changed files before they are in place, so that it can still refuse. */
export type PrepareHook = (changed: readonly string[]) => Promise<() => Promise<void>>;

/**
 * Puts the output of a run in place. The only file of `convert` that calls src/deploy: {@link Delivery.put} takes the files of each
 * target, {@link Delivery.finish} replaces what differs and runs the hook.
 */
export interface Delivery {
  /**
   * Takes the files of one target; their contents are overwritten when no longer needed.
   * @throws {OutputError} if they cannot be written
   */
  put(path: string, files: readonly DeliveredFile[]): Promise<void>;
  /**
   * Replaces what differs, all or none of each target, and runs the hook once if anything changed.
   * @param onReplaced called when the new files are in place, before the hook
   * @throws {HookFailedError} if the hook failed; the old files are then back
   */
  finish(onReplaced: () => void, prepareHook?: PrepareHook): Promise<void>;
  /** The files of a target that changed, or would. */
  changesOf(path: string): readonly string[];
  /** Why a target could not be replaced; known after {@link finish}. */
  failureOf(path: string): unknown;
  /** False once it turned out that nothing can be written here at all. */
  readonly isUsable: boolean;
  /** Ends the work; call it however the run ended. */
  close(): void;
}

export interface DeliveryOptions {
  readonly dryRun: boolean;
  readonly hasHook: boolean;
  readonly signal: AbortSignal;
}

/** The delivery for `-o` or `--output-dir`. */
export function openDelivery(
  { outputDir, trusted }: Pick<ConvertOptions, 'outputDir' | 'trusted'>,
  options: DeliveryOptions,
): Promise<Delivery> {
  if (outputDir === undefined) return Promise.resolve(new PathDelivery(options));
  return DirectoryDelivery.open(outputDir, trusted ? certificateDirectoryMode : keyDirectoryMode, options);
}

/** To the one path of `-o`. */
class PathDelivery implements Delivery {
  readonly isUsable = true;
  #target: { readonly path: string; readonly files: readonly DeliveredFile[] } | undefined;
  #changes: readonly string[] = [];
  #failure: unknown;

  constructor(private readonly options: DeliveryOptions) {}

  async put(path: string, files: readonly DeliveredFile[]): Promise<void> {
    this.#target = { path, files };
  }

  async finish(onReplaced: () => void, prepareHook?: PrepareHook): Promise<void> {
    if (this.#target === undefined) return;
    const { path, files } = this.#target;
    const { dryRun, signal } = this.options;
    const paths = files.map(({ file }) => pathOf(path, file));
    const options = {
      dryRun,
      signal,
      onReplaced: () => {
        this.#changes = paths;
        onReplaced();
      },
      ...(prepareHook && !dryRun && { runHook: await prepareHook(paths) }),
    };
    try {
      const contents = new Map(files.map(({ file, content }) => [file.name, content]));
      const only = contents.get(undefined);
      const { changed } = only
        ? await deployFile(path, only, options)
        : await deployDirectory(path, contents as ReadonlyMap<string, FileContent>, options);
      this.#changes = changed;
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      this.#failure = error;
    }
  }

  changesOf(): readonly string[] {
    return this.#changes;
  }

  failureOf(): unknown {
    return this.#failure;
  }

  close(): void {
    for (const { content } of this.#target?.files ?? []) content.content.fill(0);
  }
}

/** Into the directory of `--output-dir`. */
class DirectoryDelivery implements Delivery {
  private constructor(
    private readonly deployment: FolderDeployment,
    private readonly options: DeliveryOptions,
  ) {}

  static async open(directory: string, directoryMode: number, options: DeliveryOptions): Promise<Delivery> {
    return new DirectoryDelivery(await FolderDeployment.open(directory, { directoryMode, ...options }), options);
  }

  async put(path: string, files: readonly DeliveredFile[]): Promise<void> {
    const contents = new Map(files.map(({ file, content }) => [file.name, content]));
    const only = contents.get(undefined);
    if (only) await this.deployment.put(basename(path), only);
    else await this.deployment.putSet(basename(path), contents as ReadonlyMap<string, FileContent>);
  }

  async finish(onReplaced: () => void, prepareHook?: PrepareHook): Promise<void> {
    if (this.options.dryRun) return onReplaced();
    const { changes } = this.deployment;
    const prepared = prepareHook && changes.length > 0 && (await prepareHook(changes));
    await this.deployment.commit();
    onReplaced();
    // Files that could not be replaced are not told to the hook.
    const replaced = this.deployment.changes;
    const runHook =
      prepareHook && replaced.length > 0
        ? replaced.length === changes.length && prepared
          ? prepared
          : await prepareHook(replaced)
        : undefined;
    await this.deployment.settle(runHook);
  }

  changesOf(path: string): readonly string[] {
    return this.deployment.changesOf(basename(path));
  }

  failureOf(path: string): unknown {
    return this.deployment.failureOf(basename(path));
  }

  get isUsable(): boolean {
    return this.deployment.isUsable;
  }

  close(): void {
    this.deployment.close();
  }
}
