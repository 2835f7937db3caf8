/** What has grown beyond is cut off: a file of gigabytes is refused by its size, and costs the harness more than the reader. */
export const mostBytes = 2 ** 20;

/** So many times the same, as long as that is not more than a file may be: the harness is not what is tried out. */
export function repeated<T extends { readonly length: number }>(part: T, times: number): T[] {
  return new Array<T>(Math.min(times, Math.ceil(mostBytes / (part.length + 1)))).fill(part);
}
