import { bounded } from '../../bytes/bounded-text.js';
import { isoDay } from '../../x509/expiry.js';
import { type Column, type TableRow, tableLines } from '../terminal/table.js';
import { asError, asGood, asName, asWarning, type Text } from '../terminal/text.js';
import { findingsOf, type KeystoreStatus, type OutputStatus, type StatusFinding } from './status-result.js';

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'FILE', isFlexible: true },
  { title: 'DAYS', align: 'right' },
  { title: 'STATE' },
  { title: 'MODE' },
  { title: 'OWNER' },
  { title: 'CHANGED' },
  { title: 'HOOK' },
];

/**
 * Returns the table of `status`: a row for each keystore and each output, with its problems below.
 * @param width the width of the terminal; undefined for a file or a pipe
 */
export function describeStatus(statuses: readonly KeystoreStatus[], width: number | undefined): Text[] {
  const rows = statuses.flatMap((status) => keystoreRows(status));
  return [...tableLines(columns, rows, width), '', verdict(statuses)];
}

function keystoreRows(status: KeystoreStatus): TableRow[] {
  const { name, keystore, hostNames, daysLeft, outputs, findings } = status;
  const names: TableRow[] = hostNames.length === 0 ? [] : [{ note: ['for ', asName(bounded(hostNames))] }];
  return [
    [asName(name), keystore, days(daysLeft, findings), '', '', '', '', ''],
    ...names,
    ...findings.flatMap(problem),
    ...outputs.flatMap(outputRows),
  ];
}

function outputRows(output: OutputStatus): TableRow[] {
  const { path, daysLeft, mode = '', owner = '', lastChange, findings } = output;
  const isWrong = (code: StatusFinding['code']) => findings.some((finding) => finding.code === code);
  return [
    [
      '',
      path,
      days(daysLeft, findings),
      stateText(output),
      isWrong('FILE_MODE') ? asError(mode) : mode,
      isWrong('FILE_OWNER') ? asError(owner) : owner,
      lastChange ? isoDay(lastChange) : '',
      hookText(output),
    ],
    ...findings.flatMap(problem),
  ];
}

function days(left: number | undefined, findings: readonly StatusFinding[]): Text {
  if (left === undefined) return '-';
  const text = left < 0 ? 'ended' : String(left);
  if (left < 0) return asError(text);
  return findings.some(({ code }) => code === 'CERTIFICATE_EXPIRES') ? asWarning(text) : text;
}

function stateText({ state, served, findings }: OutputStatus): Text {
  if (state !== 'current') return asError(state);
  if (served === false) return asError('not served');
  return findings.length > 0 ? state : asGood(served === true ? 'served' : state);
}

function hookText({ hook }: OutputStatus): Text {
  if (hook === undefined) return '';
  return hook.ok ? asGood('ok') : asError('failed');
}

function problem({ severity, message, hint, code }: StatusFinding): TableRow[] {
  const label = severity === 'error' ? asError('error:') : asWarning('warning:');
  const rows: TableRow[] = [{ note: [label, ` ${message} [${code}]`] }];
  if (hint !== undefined) rows.push({ note: ['hint: ', hint] });
  return rows;
}

function verdict(statuses: readonly KeystoreStatus[]): Text {
  const found = statuses.flatMap(findingsOf);
  const counts = [
    count(statuses.length, 'keystore'),
    count(statuses.flatMap(({ outputs }) => outputs).length, 'output'),
  ];
  const what = counts.join(', ');
  if (found.length === 0) return [`${what}: `, asGood('all right')];
  const wrong = statuses.filter((status) => findingsOf(status).length > 0).map(({ name }) => name);
  return [`${what}: `, asError(count(found.length, 'problem')), ` (${bounded(wrong)})`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/**
 * Returns the text of `--nagios`: the first error or else the first warning, and the number of other problems. If there are no problems, it
 * says what was examined.
 */
export function nagiosText(statuses: readonly KeystoreStatus[]): string {
  const found = statuses.flatMap((status) => findingsOf(status).map((finding) => ({ name: status.name, ...finding })));
  const worst = found.find(({ severity }) => severity === 'error') ?? found[0];
  if (worst === undefined) {
    const outputs = statuses.flatMap((status) => status.outputs).length;
    return `${count(statuses.length, 'keystore')}, ${count(outputs, 'output')} current`;
  }
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
  return `${worst.name}: ${worst.message}${more}`;
}

/** Returns the JSON of `status`. */
export function statusJson(statuses: readonly KeystoreStatus[]): object {
  return {
    ok: statuses.every((status) => findingsOf(status).length === 0),
    keystores: statuses.map(({ name, keystore, hostNames, daysLeft, outputs, findings }) => ({
      name,
      keystore,
      hostNames,
      daysLeft: daysLeft ?? null,
      findings,
      outputs: outputs.map((output) => ({
        path: output.path,
        state: output.state,
        daysLeft: output.daysLeft ?? null,
        mode: output.mode ?? null,
        owner: output.owner ?? null,
        lastChange: output.lastChange?.toISOString() ?? null,
        hook: output.hook ?? null,
        served: output.served ?? null,
        findings: output.findings,
      })),
    })),
  };
}
