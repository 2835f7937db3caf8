import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { readTrustedFile, type TrustedFile } from '../../deploy/directory/trusted-file.js';
import { OutputError } from '../../errors.js';
import type { Host } from '../host.js';
import type { HookResult } from './renewal-result.js';

/** The stored record of the renewals of one keystore. */
export interface RenewalRecord {
  /** The time of the last change of each output, by path. */
  readonly changed: Readonly<Record<string, Date>>;
  /** The last run of each hook in each directory. */
  readonly hooks: readonly RecordedHook[];
}

export interface RecordedHook extends HookResult {
  readonly time: Date;
}

/** The results of one renewal, which are added to the record. */
interface RenewalNews {
  readonly now: Date;
  /** Paths of the outputs that changed. */
  readonly changed: readonly string[];
  readonly hooks: readonly HookResult[];
  /** Paths of all outputs of the keystore. Other paths are removed from the record. */
  readonly outputs: readonly string[];
}

/** Version of the file format. A record of another version counts as damaged. */
const format = 1;

const emptyRecord: RenewalRecord = { changed: {}, hooks: [] };

/**
 * Reads a record.
 * @returns `damaged` if the content is not a record or cannot be trusted or read; undefined if there is no record yet
 */
export function readRecord(path: string, host: Host): RenewalRecord | 'damaged' | undefined {
  let file: TrustedFile | undefined;
  try {
    file = readTrustedFile(path, host.userId());
  } catch (error) {
    // Another user can change the file, or it cannot be read. This is no reason to stop, because only the output of `status` depends on it.
    if (error instanceof OutputError) return 'damaged';
    throw error;
  }
  return file && (parseRecord(decodeUtf8Leniently(file.content)) ?? 'damaged');
}

/**
 * Parses a record.
 * @returns undefined if the text is not a record
 */
function parseRecord(text: string): RenewalRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['format'] !== format) return undefined;
  const { changed, hooks } = value;
  if (!isObject(changed) || !Array.isArray(hooks)) return undefined;
  const dates = Object.entries(changed).map(([path, time]) => [path, dateOf(time)] as const);
  const runs = hooks.map(hookOf);
  if (dates.some(([, time]) => time === undefined) || runs.some((run) => run === undefined)) return undefined;
  return { changed: Object.fromEntries(dates) as Record<string, Date>, hooks: runs as RecordedHook[] };
}

export function formatRecord({ changed, hooks }: RenewalRecord): string {
  return `${JSON.stringify({ format, changed, hooks }, null, 2)}\n`;
}

export function updateRecord(
  old: RenewalRecord | undefined,
  { now, changed, hooks, outputs }: RenewalNews,
): RenewalRecord {
  const known = old ?? emptyRecord;
  const times = outputs.flatMap((path) => {
    const time = changed.includes(path) ? now : known.changed[path];
    return time === undefined ? [] : [[path, time] as const];
  });
  const isSame = (a: HookResult, b: HookResult) => a.command === b.command && a.directory === b.directory;
  const kept = known.hooks.filter((hook) => !hooks.some((other) => isSame(hook, other)));
  return {
    changed: Object.fromEntries(times),
    hooks: [...kept, ...hooks.map((hook) => ({ ...hook, time: now }))].slice(-mostHooks),
  };
}

/** Maximum number of hooks in a record. Of more hooks, those that ran longest ago are removed: they are probably no longer configured. */
const mostHooks = 100;

function hookOf(value: unknown): RecordedHook | undefined {
  if (!isObject(value)) return undefined;
  const { command, directory, ok, message } = value;
  const time = dateOf(value['time']);
  if (typeof command !== 'string' || typeof directory !== 'string' || typeof ok !== 'boolean' || time === undefined)
    return undefined;
  return { command, directory, ok, time, ...(typeof message === 'string' && { message }) };
}

function dateOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
