import { dirname, join, resolve } from 'node:path';
import { type DeployOptions, deployDirectory, deployFile } from '../../deploy/deployment.js';
import type { FileContent } from '../../deploy/target.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';
import type { Destination } from './destination.js';
import type { WrittenFile } from './json.js';
import { describeContents, fileContent, keysOf, outputFiles, type Result } from './output-files.js';
import { untilTerminated } from './termination.js';

/**
 * Puts a result where it belongs, and runs the deploy hook if that changed something.
 * @throws {OutputError} if it cannot be done; the files are then as they were
 * @throws {HookFailedError} if the hook failed; the old files are then back
 */
export async function deliver(result: Result, to: Destination, host: Host, report: Report): Promise<WrittenFile[]> {
  const contents = describeContents(result);
  const files = new Map<string | undefined, FileContent>();
  for (const file of await outputFiles(result, to.layout)) files.set(file.name, fileContent(file, keysOf(result), to));
  const paths = [...files.keys()].map((name) => (name === undefined ? to.out : join(to.out, name)));
  const { changed } = await untilTerminated(host, async (signal) => {
    const options: DeployOptions = {
      signal,
      dryRun: to.dryRun,
      onReplaced: () => report.say(`wrote ${to.out}: ${contents}`),
      ...(to.deployHook !== undefined && { runHook: await hookFor(to.deployHook, result, paths, to, host, signal) }),
    };
    const only = files.get(undefined);
    return only
      ? deployFile(to.out, only, options)
      : deployDirectory(to.out, files as Map<string, FileContent>, options);
  });
  if (changed.length === 0) report.say(`${to.out} is up to date: ${contents}`);
  else if (to.dryRun) {
    report.say(`would write ${to.out}: ${contents}`);
    if (to.deployHook !== undefined) report.say(`would run the deploy hook: ${to.deployHook}`);
  }
  return paths.map((path) => ({ path, changed: changed.includes(path) }));
}

async function hookFor(
  command: string,
  result: Result,
  files: readonly string[],
  { out, layout, secretVariables }: Destination,
  host: Host,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const [{ runHook }, { hookEnvironment }, { domainsOf }] = await Promise.all([
    import('../../deploy/hook.js'),
    import('./hook-environment.js'),
    import('./renewed-domains.js'),
  ]);
  const directories = [layout === 'certbot' ? resolve(out) : dirname(resolve(out))];
  const environment = hookEnvironment({ directories, domains: domainsOf(result), files }, secretVariables, host);
  return () => runHook(command, { environment, signal });
}
