import { toLatin1 } from '../../bytes/encoding.js';
import type { SharedSite } from './site.js';
import { splitList } from './word-list.js';

/** A reference to a lookup table, `type:name`. In a configuration, `proxy:` may precede the type (DATABASE_README; proxymap(8)). */
export interface TableReference {
  readonly type: string;
  readonly name: string;
}

/** Table types with an index that postmap creates from a text file, with the file name extensions of the index. */
const indexEndings: Readonly<Record<string, readonly string[]>> = {
  hash: ['.db'],
  btree: ['.db'],
  lmdb: ['.lmdb'],
  cdb: ['.cdb'],
  dbm: ['.pag'],
};

/** Table types whose text file Postfix reads directly. */
const textTypes = new Set(['texthash', 'cidr', 'regexp', 'pcre']);

export function parseTableReference(text: string): TableReference | undefined {
  const [, type, name] = /^(?:proxy:)?([a-z]+):(.*)$/s.exec(text) ?? [];
  return type === undefined || name === undefined ? undefined : { type, name };
}

/** Returns the path of a table's index; undefined for a type without an index. */
export function indexPath({ type, name }: TableReference): string | undefined {
  const [ending] = indexEndings[type] ?? [];
  return ending === undefined ? undefined : `${name}${ending}`;
}

/** One entry of a table. The key of a `static:` table is empty, because every lookup finds its value. */
export interface TableRow {
  readonly key: string;
  readonly value: string;
}

/**
 * Reads the rows of an `inline:` or `static:` table, or of a table's text file. Returns undefined if tables of this type have no text file,
 * such as those of `ldap`, or if the file is missing.
 */
export function readTable(site: SharedSite, { type, name }: TableReference): readonly TableRow[] | undefined {
  if (type === 'static') return [{ key: '', value: name.replace(/^\{\s*(.*?)\s*\}$/s, '$1') }];
  if (type === 'inline') return splitList(splitList(name)[0] ?? '').flatMap(inlineRow);
  if (indexEndings[type] === undefined && !textTypes.has(type)) return undefined;
  const file = site.file(name);
  return file && site.derive(file, readRows);
}

function inlineRow(text: string): TableRow[] {
  const equals = text.indexOf('=');
  return equals < 0 ? [] : [{ key: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() }];
}

/**
 * Reads lines that consist of a key, white space and a value. The key ends at the first white space, even inside a regular expression,
 * whose rest is then read as a part of the value.
 */
function readRows(bytes: Uint8Array): readonly TableRow[] {
  const rows: TableRow[] = [];
  for (const line of toLatin1(bytes).split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const end = text.search(/\s/);
    const last = rows.at(-1);
    if (/^\s/.test(line) && last !== undefined) rows[rows.length - 1] = { ...last, value: `${last.value} ${text}` };
    else if (end > 0) rows.push({ key: text.slice(0, end), value: text.slice(end).trim() });
  }
  return rows;
}
