import { dirname } from 'node:path';
import type { ConvertedOutput, OutputUnit } from './convert-outputs.js';

/**
 * A deploy hook, and the files of one directory for which it runs. A hook runs once per directory, because certbot's hooks read one
 * directory from RENEWED_LINEAGE.
 */
export interface HookGroup {
  /** Identifies the hook and the directory in the transaction. */
  readonly id: string;
  readonly command: string;
  readonly timeoutSeconds: number;
  /** The directory of the files. */
  readonly directory: string;
  readonly units: readonly OutputUnit[];
}

/** The identifier for the units of outputs without a hook. */
export const withoutHook = '';

/** Returns the identifier of the {@link HookGroup} of a unit. */
export function hookOf({ output }: ConvertedOutput, unit: OutputUnit): string {
  const { deployHook } = output.options;
  return deployHook ? JSON.stringify([deployHook, directoryOf(unit)]) : withoutHook;
}

/** Groups the units by hook and directory, in the order of the configuration file. */
export function hookGroups(outputs: readonly ConvertedOutput[]): HookGroup[] {
  const groups = new Map<string, HookGroup>();
  for (const each of outputs) {
    const { deployHook: command = '', hookTimeout } = each.output.options;
    for (const unit of each.units) {
      const id = hookOf(each, unit);
      if (id === withoutHook) continue;
      const known = groups.get(id);
      groups.set(id, {
        id,
        command,
        directory: directoryOf(unit),
        timeoutSeconds: longest(known?.timeoutSeconds, hookTimeout),
        units: [...(known?.units ?? []), unit],
      });
    }
  }
  return [...groups.values()];
}

/** Returns the directory of the files, which is the value of RENEWED_LINEAGE. */
export function directoryOf({ path, files }: OutputUnit): string {
  return files.has('') ? dirname(path) : path;
}

/** Returns the longer of two timeouts. 0 means that there is no limit. */
function longest(a: number | undefined, b: number): number {
  return a === undefined ? b : a === 0 || b === 0 ? 0 : Math.max(a, b);
}
