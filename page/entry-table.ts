import { shortened } from '../src/bytes/bounded-text.js';
import { byId, count, element } from './elements.js';
import type { CertificateView, EntryView } from './messages.js';

/** Number of rows at first, which leaves the content below the table visible, and number of rows that are added on request. */
const firstRows = 8;
const moreRows = 100;
/** Maximum number of names in a row. Of the other names, only the number is shown. */
const mostNames = 4;

const filter = byId<HTMLInputElement>('filter');
const more = byId<HTMLButtonElement>('more');
/** Orders texts by letters first and by case second, and numbers by their value. */
const collator = new Intl.Collator('en', { numeric: true });

let shown: readonly EntryView[] = [];
let rows = firstRows;

/** Lists the entries of a keystore: private keys first, then the others, both by alias. The order in the file has no meaning. */
export function showEntries(entries: readonly EntryView[]): void {
  const isKey = ({ kind }: EntryView) => Number(kind !== 'PrivateKeyEntry');
  shown = [...entries].sort((a, b) => isKey(a) - isKey(b) || collator.compare(a.alias, b.alias));
  rows = firstRows;
  filter.value = '';
  byId('filter-field').hidden = entries.length <= firstRows;
  list();
}

filter.addEventListener('input', () => {
  rows = firstRows;
  list();
});
more.addEventListener('click', () => {
  rows += moreRows;
  list();
});

function list(): void {
  const wanted = filter.value.trim().toLowerCase();
  const entries = wanted === '' ? shown : shown.filter((entry) => textOf(entry).includes(wanted));
  byId('entries').replaceChildren(...entries.slice(0, rows).map(rowOf));
  more.hidden = entries.length <= rows;
  more.textContent = `Show ${Math.min(moreRows, entries.length - rows)} more`;
  const all = count(entries.length, 'entry', 'entries');
  byId('found').textContent = wanted !== '' ? `${all} found.` : `The first ${rows} of ${all}.`;
  byId('found-row').hidden = wanted === '' && more.hidden;
}

function textOf({ alias, certificate }: EntryView): string {
  return [alias, certificate?.subject ?? '', ...(certificate?.names ?? [])].join('\n').toLowerCase();
}

/**
 * Creates the row of an entry. The ARIA roles are set explicitly: a narrow screen displays rows as blocks, and a screen reader would no
 * longer recognize the table.
 */
function rowOf(entry: EntryView): HTMLTableRowElement {
  const { alias, certificate } = entry;
  return element(
    'tr',
    { role: 'row' },
    element(
      'th',
      { role: 'rowheader', scope: 'row' },
      shortened(alias) || '(no alias)',
      element('small', {}, contentOf(entry)),
    ),
    element('td', { role: 'cell' }, ...(certificate ? namesOf(certificate) : [])),
    element('td', { role: 'cell', class: 'key' }, certificate?.key ?? ''),
    element('td', { role: 'cell' }, ...(certificate ? validityOf(certificate) : [])),
  );
}

function contentOf({ kind, certificateCount }: EntryView): string {
  const certificates =
    certificateCount === 0 ? 'no certificate' : count(certificateCount, 'certificate', 'certificates');
  return {
    PrivateKeyEntry: `private key, ${certificates}`,
    PublicKeyEntry: `public key, ${certificates}`,
    trustedCertEntry: 'trusted certificate',
    SecretKeyEntry: 'secret key, not converted',
  }[kind];
}

function namesOf({ names, nameCount, title, issuer, subject }: CertificateView): (Node | string)[] {
  const shown = names.slice(0, mostNames);
  const more = nameCount - shown.length;
  const listed = shown.join(', ') + (more > 0 ? `, and ${more} more` : '');
  const by = issuer === subject ? 'self-issued' : `issued by ${shortIssuer(issuer)}`;
  return [listed || title, element('small', {}, by)];
}

/** Returns the common name of an issuer, or the whole name if it has none. */
function shortIssuer(issuer: string): string {
  return /(?:^|,)CN=((?:[^,\\]|\\.)*)/.exec(issuer)?.[1] ?? issuer;
}

function validityOf({ notAfter, notBefore, validity, daysLeft }: CertificateView): (Node | string)[] {
  const days = count(daysLeft, 'day', 'days');
  const note = {
    valid: () => element('small', {}, `${days} left`),
    soon: () => element('span', { class: 'tag warn' }, `${days} left`),
    expired: () => element('span', { class: 'tag bad' }, 'expired'),
    'not-yet': () => element('span', { class: 'tag bad' }, `not before ${notBefore}`),
  }[validity]();
  return [element('span', { class: 'label' }, 'until '), `${notAfter} `, note];
}
