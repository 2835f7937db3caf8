import { includesText } from '../../bytes/equal.js';
import { shellWord } from '../../bytes/shell-word.js';
import { hostNamesOf } from '../../x509/display-name.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import type { Change } from '../configuration/change.js';
import {
  indexPath,
  parseTableReference,
  readTable,
  type TableReference,
  type TableRow,
} from '../configuration/lookup-table.js';
import type { Site } from '../configuration/site.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { splitList } from '../configuration/word-list.js';
import type { PostfixFile } from '../installation/installation.js';
import { isForHost, keyFits, orderedChain } from '../pem/cached-checks.js';
import { readPemObjects } from '../pem/configured-chain.js';
import type { PemObject } from '../pem/pem-object.js';
import { dateProblem } from './pem-certificates.js';
import type { Draft, Rule } from './rule.js';

const parameter = 'tls_server_sni_maps';
const document = 'postconf(5), tls_server_sni_maps; postmap(1), "-F"';
/** The effect on clients if the certificates for some server names cannot be loaded. */
const alert = 'handshakes for these names end with "alert internal error"';

/** A table of tls_server_sni_maps, which gives the PEM files for each server name. One or more services use it. */
interface NameTable {
  readonly site: Site;
  readonly text: string;
  readonly reference: TableReference;
  /** The rows of the text file from which postmap creates the index, or which Postfix reads directly. */
  readonly rows: readonly TableRow[] | undefined;
  readonly source: PostfixFile | undefined;
  readonly indexPath: string | undefined;
  readonly index: PostfixFile | undefined;
}

/** Returns the tables that services with TLS use, each once. The list is empty before 3.4, which added tls_server_sni_maps. */
function nameTables(site: Site, services: readonly SmtpdService[]): NameTable[] {
  if (!site.version.isAtLeast(3, 4)) return [];
  const texts = new Set(services.flatMap((each) => (each.speaksTls ? each.settings.list(parameter) : [])));
  return [...texts].flatMap((text): NameTable[] => {
    const reference = parseTableReference(text);
    if (reference === undefined) return [];
    const path = indexPath(reference);
    const index = path === undefined ? undefined : site.file(path);
    const source = site.file(reference.name);
    return [{ site, text, reference, rows: readTable(site, reference), source, indexPath: path, index }];
  });
}

function tableRule(rule: Omit<Rule, 'site' | 'document'>, check: (table: NameTable) => readonly Draft[]): Rule {
  return {
    ...rule,
    document,
    site: (...site) => nameTables(...site).flatMap(check),
  };
}

/** Proposes to rebuild the index with postmap -F, which copies the PEM files into it. Postfix reads only these copies. */
function rebuildIndex({ site, text, source }: NameTable): {
  readonly changes?: readonly Change[];
  readonly advice: string;
} {
  const line = `postmap -F ${shellWord(text)}`;
  const where =
    site.configDirectory === '/etc/postfix'
      ? line
      : line.replace('postmap', `postmap -c ${shellWord(site.configDirectory)}`);
  return {
    ...(source && { changes: [{ kind: 'command', line: where }] }),
    advice: `write ${text.replace(/^[a-z]+:/, '')}, then run ${line}`,
  };
}

const missing = tableRule(
  {
    id: 'N01',
    severity: 'error',
    what: 'A table of tls_server_sni_maps, or its index, is missing',
    why: `The table or its index was never created, or was deleted: ${alert}.`,
  },
  (table) => {
    const { indexPath: path, index, source, rows, text } = table;
    if (path !== undefined) {
      if (index !== undefined) return [];
      return [
        {
          severity: 'error',
          parameter,
          message: `${path}, the index of ${text}, is missing: handshakes with a server name end with "alert internal error"`,
          ...rebuildIndex(table),
        },
      ];
    }
    const isFile = ['texthash', 'cidr', 'regexp', 'pcre'].includes(table.reference.type);
    if (!isFile || source !== undefined || rows !== undefined) return [];
    return [
      {
        severity: 'error',
        parameter,
        message: `${table.reference.name} is missing: handshakes with a server name end with "alert internal error"`,
        advice: `write ${table.reference.name}`,
      },
    ];
  },
);

const withoutFiles = tableRule(
  {
    id: 'N02',
    severity: 'error',
    what: 'The table of server names was made without postmap -F',
    why: `The index then holds the paths of the PEM files instead of their contents: ${alert}.`,
  },
  (table) => {
    const { index, rows = [], text } = table;
    if (index === undefined) return [];
    // postmap -F stores the files in base64, which contains no dot and no hyphen. A path with one of them is therefore in the index only
    // without -F.
    const path = rows
      .flatMap(({ value }) => splitList(value))
      .find((each) => /[.-]/.test(each) && includesText(index.bytes, each));
    if (path === undefined) return [];
    return [
      {
        severity: 'error',
        parameter,
        message: `${text} was made without postmap -F: it holds the path ${path} instead of the file's content, and ${alert}`,
        ...rebuildIndex(table),
      },
    ];
  },
);

const outdated = tableRule(
  {
    id: 'N03',
    severity: 'warning',
    what: 'The table of server names is older than its PEM files',
    why: 'postmap -F copies the PEM files into the index. After a renewal Postfix serves the old certificate, even after postfix reload, until postmap -F has run again.',
  },
  (table) => {
    const { site, index, rows = [], source, text } = table;
    if (index?.modified === undefined) return [];
    const made = index.modified;
    const newer = [
      ...(source?.modified && source.modified > made ? [table.reference.name] : []),
      ...rows
        .flatMap(({ value }) => splitList(value))
        .filter((path) => {
          const modified = site.file(path)?.modified;
          return modified !== undefined && modified > made;
        }),
    ];
    if (newer.length === 0) return [];
    const list = [...new Set(newer)].slice(0, 5).join(', ');
    return [
      {
        severity: 'warning',
        parameter,
        message: `${text} was made before ${list} changed: the old certificate is served, even after postfix reload`,
        ...rebuildIndex(table),
      },
    ];
  },
);

/** Returns the keys and certificates for one name, in the order of its files, and the paths of missing files. */
function objectsOf(
  site: Site,
  row: TableRow,
): { readonly objects: readonly PemObject[]; readonly missing: readonly string[] } {
  const paths = splitList(row.value);
  const files = paths.map((path) => site.file(path));
  return {
    objects: files
      .flatMap((file) => (file ? site.derive(file, readPemObjects) : []))
      .filter(({ kind }) => kind !== 'ignored'),
    missing: paths.filter((_, i) => files[i] === undefined),
  };
}

const unusable = tableRule(
  {
    id: 'N04',
    severity: 'error',
    what: 'The PEM files of a server name cannot be loaded',
    why: `As in smtpd_tls_chain_files, the key comes first, then its certificate, then the issuers. Otherwise ${alert}.`,
  },
  (table) =>
    (table.rows ?? []).flatMap((row): Draft[] => {
      const problem = loadProblem(table, row);
      if (problem === undefined) return [];
      const { advice } = rebuildIndex(table);
      return [
        {
          severity: 'error',
          parameter,
          message: `${row.key}: ${problem}; handshakes for this name end with "alert internal error"`,
          advice: `put key, certificate and issuers into the file in this order (jks2pem KEYSTORE -o FILE), then ${advice.replace(/^.*then /, '')}`,
        },
      ];
    }),
);

function loadProblem({ site, index }: NameTable, row: TableRow): string | undefined {
  const { objects, missing: lost } = objectsOf(site, row);
  // If the index exists, it may contain a copy of the missing file.
  if (lost.length > 0) return index === undefined ? `${lost.join(', ')} is missing` : undefined;
  const [first, second] = objects;
  if (objects.some(({ kind }) => kind === 'unreadable')) return `a block of ${row.value} is damaged`;
  if (first === undefined) return `${row.value} contains neither key nor certificate`;
  if (first.kind === 'certificate')
    return objects.some(({ kind }) => kind === 'key')
      ? `in ${row.value} a certificate precedes the key`
      : `${row.value} contains no private key`;
  if (first.kind !== 'key') return undefined;
  if (first.encrypted) return `the private key in ${row.value} is encrypted`;
  if (second?.kind !== 'certificate') return `${row.value} contains no certificate after the key`;
  if (first.key !== undefined && keyFits(first.key, second.certificate) === false)
    return `the private key in ${row.value} does not belong to the certificate after it`;
  return undefined;
}

const imperfect = tableRule(
  {
    id: 'N05',
    severity: 'error',
    what: 'Clients refuse the certificate of a server name',
    why: 'It has expired, lacks an issuer, or is not for that name. The key of the table is the name itself, or a parent domain with a leading dot; a star has no meaning there.',
  },
  (table) =>
    (table.rows ?? []).flatMap((row): Draft[] => {
      const drafts: Draft[] = [];
      const add = (severity: Draft['severity'], message: string, advice: string) =>
        void drafts.push({ severity, parameter, message: `${row.key}: ${message}`, advice });
      if (row.key.includes('*'))
        add('warning', 'no lookup finds a name with a star', `write ${row.key.replace(/^\*/, '')} instead`);
      // If the files of a name cannot be loaded, their certificates are not sent. N04 reports that.
      if (loadProblem(table, row) !== undefined) return drafts;
      const { objects } = objectsOf(table.site, row);
      const groups = groupsOf(objects);
      for (const certificates of groups) judgeChain(table.site, row, certificates, add);
      return drafts;
    }),
);

function judgeChain(
  site: Site,
  row: TableRow,
  certificates: readonly ParsedCertificate[],
  add: (severity: Draft['severity'], message: string, advice: string) => void,
): void {
  const [leaf] = certificates;
  if (leaf === undefined) return;
  const state = dateProblem(leaf, site.options.now, site.options.days);
  if (state)
    add(
      state.isValid ? 'warning' : 'error',
      `${leaf.subject} ${state.text}`,
      'renew the certificate, then run postmap -F',
    );
  const { chain: line } = orderedChain(certificates);
  if (line.length === 1 && !leaf.isSelfSigned)
    add(
      'error',
      `the certificate of its issuer (${leaf.issuer}) is missing in ${row.value} (OpenSSL: error 21)`,
      'add the certificate of the issuer to the file, then run postmap -F',
    );
  const name = row.key.startsWith('.') ? `any${row.key}` : row.key;
  if (!row.key.includes('*') && name.includes('.') && !isForHost(leaf, name))
    add(
      'warning',
      `the certificate is for ${hostNamesOf(leaf).join(', ') || 'no name at all'}`,
      'use a certificate for this name',
    );
}

/** Returns the certificates that follow each key. */
function groupsOf(objects: readonly PemObject[]): ParsedCertificate[][] {
  const groups: ParsedCertificate[][] = [];
  for (const object of objects) {
    if (object.kind === 'key') groups.push([]);
    else if (object.kind === 'certificate') groups.at(-1)?.push(object.certificate);
  }
  return groups;
}

export const serverNameRules: readonly Rule[] = [missing, withoutFiles, outdated, unusable, imperfect];
