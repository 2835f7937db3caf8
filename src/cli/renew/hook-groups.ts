import { dirname } from 'node:path';
import type { ConvertedOutput, OutputUnit } from './convert-outputs.js';

/** A deploy hook and a directory of files. Hooks run once per directory, because certbot's hooks read one RENEWED_LINEAGE. */
export interface HookGroup {
  /** Identifies the hook in the transaction. */
  readonly id: string;
  readonly command: string;
  readonly timeoutSeconds: number;
  /** The directory of the files. */
  readonly directory: string;
  readonly units: readonly OutputUnit[];
}

/** The identifier for outputs without a hook. */
export const withoutHook = '';

/** The identifier of the hook of a unit. */
export function hookOf({ output }: ConvertedOutput, unit: OutputUnit): string {
  const { deployHook } = output.options;
  return deployHook ? JSON.stringify([deployHook, directoryOf(unit)]) : withoutHook;
}

/** Each command once for each directory, in the order of the file. */
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

/** The directory of the files, as RENEWED_LINEAGE has it. */
export function directoryOf({ path, files }: OutputUnit): string {
  return files.has('') ? dirname(path) : path;
}

/** 0 is no limit. */
function longest(a: number | undefined, b: number): number {
  return a === undefined ? b : a === 0 || b === 0 ? 0 : Math.max(a, b);
}
