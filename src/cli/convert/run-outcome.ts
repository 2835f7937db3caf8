import { Jks2PemError } from '../../errors.js';
import { describeFailure, ExitCode, exitCodeOf, type Failure } from '../command-errors.js';
import type { Report } from '../report.js';
import type { FileDeployment } from './deploy-files.js';
import type { KeystoreResult } from './result-report.js';
import type { Target } from './targets.js';

/** The record of a keystore that was converted or has failed. */
export interface RunRecord
  extends Pick<KeystoreResult, 'warnings' | 'notes' | 'contents' | 'leaves' | 'json' | 'failure'> {
  readonly paths: readonly string[];
  readonly domains: readonly string[];
  /** The error that `failure` describes. */
  readonly error?: unknown;
}

/** Creates the record of a keystore that was not converted. */
export function failedRecord(error: unknown, report: Report): RunRecord {
  const warnings = (error instanceof Jks2PemError && error.warnings) || [];
  return {
    paths: [],
    leaves: [],
    warnings: warnings.filter((warning) => !report.isAllowed(warning)),
    notes: [],
    contents: '',
    json: undefined,
    domains: [],
    failure: describeFailure(error),
    error,
  };
}

/**
 * Returns the results of all keystores.
 * @param split whether each file was put into the deployment by its own path, instead of all files by the path of the target
 * @param undone the error because of which the previous files were restored
 */
export function resultsOf(
  targets: readonly Target[],
  records: ReadonlyMap<Target, RunRecord>,
  deployment: FileDeployment,
  split: boolean,
  undone?: Failure,
): KeystoreResult[] {
  return targets.map((target) => {
    const { paths, domains: _, failure: early, error: __, ...record } = records.get(target) as RunRecord;
    const places = target.path === undefined ? [] : split ? paths : [target.path];
    const late = places.map((place) => deployment.failureOf(place)).find((failure) => failure !== undefined);
    const changes = places.flatMap((place) => deployment.changesOf(place));
    const isChanged = changes.length > 0;
    const failure =
      early ?? (late === undefined ? undefined : describeFailure(late)) ?? (isChanged ? undone : undefined);
    const end = endOf(failure, target, isChanged);
    const files = paths.map((path) => ({ path, changed: end === 'written' && changes.includes(path) }));
    return { target, end, files, ...record, ...(failure && { failure }) };
  });
}

function endOf(failure: Failure | undefined, { path }: Target, isChanged: boolean): KeystoreResult['end'] {
  if (failure) return failure.code === 'ERR_STRICT' ? 'refused' : 'failed';
  if (path === undefined) return 'printed';
  return isChanged ? 'written' : 'current';
}

/**
 * Returns the exit code. If the run has only one keystore, and its record contains an error, the exit code of this error; otherwise 1 if a
 * keystore has failed, else 3 if one was refused, else 0.
 */
export function exitCodeOfResults(results: readonly KeystoreResult[], records: ReadonlyMap<Target, RunRecord>): number {
  const [only, ...others] = records.values();
  if (others.length === 0 && only?.error !== undefined) return exitCodeOf(only.error);
  if (results.some(({ end }) => end === 'failed')) return ExitCode.failed;
  return results.some(({ end }) => end === 'refused') ? ExitCode.wrong : ExitCode.done;
}
