/** Name of the method that `console.log` calls in Node, Deno and Bun. */
const inspectSymbol = Symbol.for('nodejs.util.inspect.custom');

/**
 * Hides secret properties from logs: `console.log`, `util.inspect` and `JSON.stringify` show only the length of a byte array, and
 * `[secret]` for other values and for accessors. The properties stay enumerable, so that `structuredClone` and `postMessage` copy them.
 */
export function hideFromLogs<T extends object>(object: T, secrets: readonly (keyof T & string)[]): T {
  const shown = () =>
    Object.fromEntries(
      Object.keys(object).map((name) => {
        if (!secrets.some((secret) => secret === name)) return [name, object[name as keyof T]];
        const isAccessor = Object.getOwnPropertyDescriptor(object, name)?.get !== undefined;
        const value = isAccessor ? undefined : object[name as keyof T];
        return [name, value instanceof Uint8Array ? `[${value.length} secret bytes]` : '[secret]'];
      }),
    );
  for (const name of ['toJSON', inspectSymbol]) Object.defineProperty(object, name, { value: shown });
  return object;
}
