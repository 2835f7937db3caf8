import { commandReferences } from './command-reference.js';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.js';
import { manPage } from './man-page.js';

/**
 * Returns the files of the manual by name. `bin/write-manual.mjs` writes them when the project is built.
 * @param date the date of the build, such as `2026-11-26`
 */
export async function manualFiles(date: string): Promise<Record<string, string>> {
  const commands = await commandReferences();
  return {
    'man/jks2pem.1': manPage(commands, date),
    'completions/jks2pem.bash': bashCompletion(commands),
    'completions/_jks2pem': zshCompletion(commands),
    'completions/jks2pem.fish': fishCompletion(commands),
  };
}
