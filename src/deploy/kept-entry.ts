import { linkSync, lstatSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { writeStaged } from './staged-file.js';

/** Gives what stands at `entry` a second name, so that to put it back takes no space. */
export async function keepEntry(entry: string, kept: string): Promise<void> {
  const existing = lstatSync(entry);
  if (existing.isSymbolicLink()) return symlinkSync(readlinkSync(entry), kept);
  try {
    linkSync(entry, kept);
  } catch {
    // Not every file system has hard links.
    const content = readFileSync(entry);
    await writeStaged(kept, { content, defaultMode: 0o600 }, { path: entry, existing });
    content.fill(0);
  }
}
