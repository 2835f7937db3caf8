import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of the project: the nearest above this file that has a package.json. Tests stand in test/, and what is bundled of them
 * for `npm run fuzz` and its like stands elsewhere.
 */
export const project = nearestPackage(dirname(fileURLToPath(import.meta.url)));

function nearestPackage(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : nearestPackage(dirname(directory));
}
