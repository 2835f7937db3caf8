import { basename } from 'node:path';
import { type DeployOptions, deployDirectory, deployFile } from '../deploy/deployment.js';
import type { Destination } from './destination.js';
import type { Host } from './host.js';
import type { WrittenFile } from './json.js';
import { outputFiles, type Result } from './output-files.js';
import type { Report } from './report.js';
import { untilTerminated } from './termination.js';

/**
 * Puts a result where it belongs, and runs the deploy hook if that changed something.
 * @throws {OutputError} if it cannot be done; the files are then as they were
 * @throws {HookFailedError} if the hook failed; the old files are then back
 */
export async function deliver(result: Result, to: Destination, host: Host, report: Report): Promise<WrittenFile[]> {
  const hookOf = async (command: string, signal: AbortSignal) => {
    const [{ runHook }, { hookEnvironment }] = await Promise.all([
      import('../deploy/hook.js'),
      import('./hook-environment.js'),
    ]);
    const environment = hookEnvironment(result, [...files.keys()], to, host);
    return () => runHook(command, { environment, signal });
  };
  const contents = describeContents(result);
  const files = await outputFiles(result, to);
  const [[path, only] = []] = files;
  const { changed } = await untilTerminated(host, async (signal) => {
    const options: DeployOptions = {
      signal,
      dryRun: to.dryRun,
      onReplaced: () => report.say(`wrote ${to.out}: ${contents}`),
      ...(to.deployHook !== undefined && { runHook: await hookOf(to.deployHook, signal) }),
    };
    if (to.layout === 'bundle' && path !== undefined && only !== undefined) return deployFile(path, only, options);
    return deployDirectory(to.out, new Map([...files].map(([file, content]) => [basename(file), content])), options);
  });
  if (changed.length === 0) report.say(`${to.out} is up to date: ${contents}`);
  else if (to.dryRun) {
    report.say(`would write ${to.out}: ${contents}`);
    if (to.deployHook !== undefined) report.say(`would run the deploy hook: ${to.deployHook}`);
  }
  return [...files.keys()].map((file) => ({ path: file, changed: changed.includes(file) }));
}

function describeContents(result: Result): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  if (!('groups' in result)) return count(result.certificates.length, 'trusted certificate');
  return result.groups
    .map(({ key, path }) => `${key.algorithm} key and ${count(path.certificates.length, 'certificate')}`)
    .join(', ');
}
