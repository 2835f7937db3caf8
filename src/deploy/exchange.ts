/**
 * A change that takes place in one step: a directory entry that is renamed over. For a bundle that is the file itself,
 * for several files the symbolic link that all of them are reached by.
 */
export interface Exchange {
  /** What the user calls it, for messages. */
  readonly name: string;
  /** The entry that is replaced. */
  readonly entry: string;
  /** Beside the entry, for locks and unfinished work; exists only while somebody is at work. */
  readonly work: string;
  /** The work directory of those who change many entries at once, this one among them; they are waited for. */
  readonly neighbour?: string | undefined;
  /** The files behind it, as the user calls them. */
  readonly paths: readonly string[];
  /** Those of the files that do not hold what they should; none if there is nothing to do. */
  outdated(): Promise<readonly string[]>;
  /** @throws {OutputError} if what is in place must not be replaced */
  requireReplaceable(): void;
  /** Makes the directory that everything takes place in, if that is ours to make. */
  prepare(): void;
  /** Makes the new thing, complete and synced, under this name in the work directory. */
  stage(path: string): Promise<void>;
  /**
   * Removes what earlier runs left beside the entry.
   * @param keep what the kept old entry leads to, and is still needed
   */
  tidy(keep: string | undefined): void;
}
