/**
 * Sorts test files by their distance from a source file, because a mutant is mostly noticed by the tests of its own directory: first
 * the test with the same path, then those that share the most directories with it.
 * @param tests paths such as `test/x509/path/name-constraints.test.ts`
 * @param source a path such as `src/x509/path/name-constraints.ts`
 */
export function nearestFirst(tests: readonly string[], source: string): string[] {
  const parts = source.replace(/\.ts$/, '').split('/').slice(1);
  const shared = (test: string) => {
    const others = test
      .replace(/\.test\.ts$/, '')
      .split('/')
      .slice(1);
    const different = parts.findIndex((part, index) => part !== others[index]);
    return different === -1 ? parts.length : different;
  };
  return [...tests].sort((a, b) => shared(b) - shared(a));
}
