import type { Directory } from './directory/directory.js';
import type { ExistingFile } from './existing-file.js';

/**
 * Copies access control lists, security labels and other extended attributes from existing files to new files. Node has no function for this,
 * but GNU cp does it; without GNU cp, they are not copied.
 * @param files existing files in one directory
 * @param target a directory that contains a new file with the same name for each of them
 */
export function copyAccessLists(files: readonly ExistingFile[], target: Directory): void {
  const [first] = files;
  if (first === undefined) return;
  const source = first.directory;
  // For cp, /proc/self is cp itself. Therefore cp gets the open directories as its own descriptors 3 and 4.
  const [from, to] = [throughDescriptor(source, 3), throughDescriptor(target, 4)];
  const paths = files.map(({ entry }) => `${from}/${entry}`);
  cp(['--preserve=all', '--target-directory', to, '--', ...paths], [source.handle, target.handle]);
}

/** Copies the access control list and other attributes of one file to a file with any name; see {@link copyAccessLists}. */
export function copyAccessList({ directory, entry }: ExistingFile, target: Directory, name: string): void {
  const [from, to] = [throughDescriptor(directory, 3), throughDescriptor(target, 4)];
  cp(['--preserve=all', '--', `${from}/${entry}`, `${to}/${name}`], [directory.handle, target.handle]);
}

/**
 * Removes the access control list that a new file inherited from its directory.
 * @returns false if setfacl failed, or is not installed
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
 * Runs a program. The environment is not passed on, because it may contain passwords. child_process is loaded here, because most
 * conversions do not need it.
 * @param handles the descriptors that the program gets as 3, 4 and so on
 * @returns whether it succeeded
 */
function run(program: string, args: readonly string[], handles: readonly (number | undefined)[]): boolean {
  const passedOn = handles.map((handle) => handle ?? ('ignore' as const));
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  return spawnSync(program, args, { env: {}, stdio: ['ignore', 'ignore', 'ignore', ...passedOn] }).status === 0;
}
