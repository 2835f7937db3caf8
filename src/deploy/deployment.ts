import { lstatSync } from 'node:fs';
import type { Exchange } from './exchange.js';
import { FileExchange } from './file-exchange.js';
import { runOrUndo } from './hook-trial.js';
import { Replacement } from './replacement.js';
import { describing } from './system-error.js';
import type { FileContent } from './target.js';

export interface DeployOptions {
  /** Says what would change, and writes nothing. */
  readonly dryRun?: boolean;
  /** Runs the deploy hook; rejects with {@link HookFailedError} if it does not succeed. */
  readonly runHook?: () => Promise<void>;
  /** Called when the new files are in place, before the hook. */
  readonly onReplaced?: () => void;
  /** Ends the wait for another run; what has begun is brought to an end first. */
  readonly signal?: AbortSignal;
}

/** What a deployment did. */
export interface Deployment {
  /** Files that have new content since the last hook that succeeded. */
  readonly changed: readonly string[];
}

/**
 * Puts one file in place: by one run at a time, in one step, only if there is something to change, and with the hook run
 * once for it. What a killed run left behind is brought to its end or cleared away.
 * @throws {OutputError} if it cannot be done; everything is then as it was
 * @throws {HookFailedError} if the hook failed; the old file is then in place again, and the hook was run for it
 */
export function deployFile(path: string, wanted: FileContent, options: DeployOptions = {}): Promise<Deployment> {
  return describing(path, () => deploy(new FileExchange(path, wanted), options));
}

/** The same for several files of one directory, all or none: see {@link SetExchange} for how. */
export function deployDirectory(
  path: string,
  files: ReadonlyMap<string, FileContent>,
  options: DeployOptions = {},
): Promise<Deployment> {
  return describing(path, async () => {
    const { SetExchange } = await import('./set-exchange.js');
    return deploy(new SetExchange(path, files), options);
  });
}

async function deploy(exchange: Exchange, options: DeployOptions): Promise<Deployment> {
  if (options.dryRun) return preview(exchange);
  // Nobody at work and nothing to do: this is what most runs find, and they need no right to write.
  if (!isAtWork(exchange) && (await exchange.outdated()).length === 0) return { changed: [] };
  const replacement = await Replacement.begin(exchange, options.signal);
  try {
    return await replace(replacement, options);
  } finally {
    replacement.release();
  }
}

/** What {@link deployFile} would change. */
export async function preview(exchange: Exchange): Promise<Deployment> {
  const changed = await exchange.outdated();
  // While another run is at work, there may be a second name that is only its own.
  if (changed.length > 0 && !isAtWork(exchange)) exchange.requireReplaceable();
  return { changed };
}

async function replace(replacement: Replacement, { runHook, onReplaced, signal }: DeployOptions): Promise<Deployment> {
  const outdated = await replacement.put(runHook !== undefined);
  const onlyHookDue = outdated.length === 0 && replacement.hookDue && runHook !== undefined;
  if (outdated.length > 0 || onlyHookDue) {
    // From here on the journal says that the hook is due; whatever else goes wrong, the next run will see to it.
    onReplaced?.();
    if (runHook) await runOrUndo(runHook, replacement, signal);
  }
  replacement.settle();
  // If only the hook was due, nobody has yet been told of the change that it is for.
  return { changed: onlyHookDue ? replacement.paths : outdated };
}

/** Whether somebody changes a target, or was killed while he did. */
export function isAtWork({ work }: Exchange): boolean {
  return lstatSync(work, { throwIfNoEntry: false }) !== undefined;
}
