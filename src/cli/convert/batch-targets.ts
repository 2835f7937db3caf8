import { join, parse } from 'node:path';
import { UsageError } from '../failure.js';
import { type ConvertOptions, requireSense } from './options.js';

/** One of several keystores, and what becomes of it. */
export interface BatchTarget {
  readonly keystore: string;
  /** The name in the output directory: that of the keystore, `.pem` instead of its extension; without, for a directory. */
  readonly name: string;
  /** The same with the directory in front, as the user would call it. */
  readonly path: string;
}

/**
 * Where the results of several keystores go.
 * @throws {UsageError} if the options do not say so, or contradict each other, or two results would have one name
 */
export function batchTargets(keystores: readonly string[], options: ConvertOptions): BatchTarget[] {
  const { outputDir, out, layout } = options;
  const hint = '--output-dir DIR writes a file for each, by the name of the keystore';
  if (out !== undefined && outputDir !== undefined)
    throw new UsageError('-o and --output-dir both say where to write: only one of them can be');
  if (out !== undefined) throw new UsageError(`-o is for one keystore, and here are ${keystores.length}`, hint);
  if (outputDir === undefined) throw new UsageError(`${keystores.length} keystores do not go to standard output`, hint);
  if (keystores.includes('-'))
    throw new UsageError('standard input has no name to be written under in --output-dir: -o FILE gives it one');
  requireSense({ ...options, out: outputDir });
  const byName = new Map<string, BatchTarget>();
  for (const keystore of keystores) {
    const stem = parse(keystore).name;
    const name = layout === 'certbot' ? stem : `${stem}.pem`;
    const target = { keystore, name, path: join(outputDir, name) };
    const other = byName.get(name);
    if (other) throw new UsageError(`${other.keystore} and ${keystore} would both be written to ${target.path}`);
    byName.set(name, target);
  }
  return [...byName.values()];
}
