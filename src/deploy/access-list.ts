import type { Directory } from './directory/directory.js';
import type { ExistingFile } from './existing-file.js';

/**
 * Gives new files the access control lists, security labels and other extended attributes of the files they replace.
 * Node has no call for them, GNU cp has; where cp is missing or another one, owner and mode are all that is kept.
 * @param files in one directory
 * @param target a directory with a file of the same name for each
 */
export function copyAccessLists(files: readonly ExistingFile[], target: Directory): void {
  const [first] = files;
  if (first === undefined) return;
  const source = first.directory;
  // Handles are passed on: another process cannot use ours by their paths.
  const [from, to] = [throughDescriptor(source, 3), throughDescriptor(target, 4)];
  const paths = files.map(({ entry }) => `${from}/${entry}`);
  cp(['--preserve=all', '--target-directory', to, '--', ...paths], [source.handle, target.handle]);
}

/** The same for one file, under another name. */
export function copyAccessList({ directory, entry }: ExistingFile, target: Directory, name: string): void {
  const [from, to] = [throughDescriptor(directory, 3), throughDescriptor(target, 4)];
  cp(['--preserve=all', '--', `${from}/${entry}`, `${to}/${name}`], [directory.handle, target.handle]);
}

/**
 * Removes the access control list that a new file inherited from its directory.
 * @returns whether it is known to be gone
 */
export function removeAccessList(target: Directory, name: string): boolean {
  const path = `${throughDescriptor(target, 3)}/${name}`;
  return run('/usr/bin/setfacl', ['--remove-all', '--', path], [target.handle]);
}

function throughDescriptor(directory: Directory, descriptor: number): string {
  return directory.handle === undefined ? directory.at('x').slice(0, -2) : `/proc/self/fd/${descriptor}`;
}

function cp(args: readonly string[], handles: readonly (number | undefined)[]): void {
  run('/bin/cp', ['--attributes-only', ...args], handles);
}

/**
 * The environment may hold passwords, and is not passed on. child_process is loaded here, because this file is part of every
 * conversion, and most of them write no file that has an access control list.
 */
function run(program: string, args: readonly string[], handles: readonly (number | undefined)[]): boolean {
  const passedOn = handles.map((handle) => handle ?? ('ignore' as const));
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  return spawnSync(program, args, { env: {}, stdio: ['ignore', 'ignore', 'ignore', ...passedOn] }).status === 0;
}
