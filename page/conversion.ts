import { shortened } from '../src/bytes/bounded-text.js';
import { byId, count, element, notice } from './elements.js';
import { forgetFiles, showFiles } from './files.js';
import { drawGraph } from './graph.js';
import type {
  ChainPreference,
  ConversionView,
  ConvertRequest,
  FailureView,
  Layout,
  StoreView,
  WarningView,
} from './messages.js';

const what = byId<HTMLSelectElement>('what');
const chain = byId<HTMLSelectElement>('chain');
const layout = byId<HTMLSelectElement>('layout');
const keyPassword = byId<HTMLInputElement>('keypass');

/** The value of the <option> for the trusted certificates. The value of the <option> for a key is `key ` followed by the alias. */
const trusted = 'trusted';

/** Maximum number of characters of an alias in the text of an <option>. */
const longestAlias = 60;

/** Error codes for a wrong or missing password of a key. */
const needsKeyPassword = new Set(['ERR_KEY_UNRECOVERABLE', 'ERR_PASSPHRASE_REQUIRED']);

/** Fills the list of the keystore's possible conversions. @returns whether there is one */
export function offerConversions({ entries, hasTrusted }: StoreView): boolean {
  const aliases = entries.filter(({ kind }) => kind === 'PrivateKeyEntry').map(({ alias }) => alias);
  what.replaceChildren(
    ...[...new Set(aliases)].map(
      (alias) => new Option(`Key “${shortened(alias, longestAlias)}” and its chain`, `key ${alias}`),
    ),
    ...(hasTrusted ? [new Option('All trusted certificates, no key', trusted)] : []),
  );
  keyPassword.value = '';
  byId('keypass-fields').hidden = true;
  byId('output').hidden = what.options.length === 0;
  return what.options.length > 0;
}

/** Returns the request for the chosen conversion. */
export function chosenConversion(): ConvertRequest {
  const alias = what.value === trusted ? undefined : what.value.slice('key '.length);
  return {
    kind: 'convert',
    ...(alias !== undefined && { alias }),
    ...(keyPassword.value !== '' && { keyPassword: keyPassword.value }),
    chain: chain.value as ChainPreference,
    layout: layout.value as Layout,
  };
}

/** Calls `convert` when the user chooses another conversion, or enters the password of a key. */
export function onChoice(convert: () => void): void {
  what.addEventListener('change', () => {
    keyPassword.value = '';
    byId('keypass-fields').hidden = true;
  });
  for (const choice of [what, chain, layout]) choice.addEventListener('change', convert);
  byId('choices').addEventListener('submit', (event) => {
    event.preventDefault();
    convert();
  });
}

/** Clears the result, and overwrites its files. Hides the fields that the chosen conversion does not need. */
export function forgetConversion(): void {
  forgetFiles();
  for (const id of ['chain-field', 'layout-field', 'add-field']) byId(id).hidden = what.value === trusted;
  byId('warnings').replaceChildren();
  byId('graph').replaceChildren();
  byId('graph-caption').replaceChildren();
  byId('graph-figure').hidden = byId('rejected').hidden = true;
}

/** Whether a key is chosen, to whose chain certificates can be added. */
export function takesCertificates(): boolean {
  return !byId('output').hidden && !byId('add-field').hidden;
}

/** Lists a file whose certificates were added. */
export function showAdded(name: string, certificateCount: number): void {
  byId('added').append(element('p', {}, `${name}: ${count(certificateCount, 'certificate', 'certificates')} added`));
}

/** Clears what {@link offerConversions} offered, the list of added files, and the password of a key. */
export function forgetChoices(): void {
  keyPassword.value = '';
  byId('added').replaceChildren();
  what.replaceChildren();
}

/** @param already warnings that are shown with the keystore, and are not repeated */
export function showConversion(conversion: ConversionView, already: readonly WarningView[]): void {
  byId('keypass-fields').hidden = true;
  const known = new Set(already.map(({ message }) => message));
  const warnings = conversion.warnings.filter(({ message }) => !known.has(message));
  byId('warnings').replaceChildren(
    ...(conversion.note === undefined ? [] : [element('p', { class: 'note' }, sentence(conversion.note))]),
    ...warnings.map(({ message, code }) => notice('warning', sentence(message), code)),
  );
  showFiles(conversion.files);
  showGraph(conversion);
  showRejected(conversion);
}

export function showFailure({ code, message }: FailureView): void {
  byId('warnings').replaceChildren(notice('problem', sentence(message), code));
  if (!needsKeyPassword.has(code) || what.value === trusted) return;
  byId('keypass-fields').hidden = false;
  keyPassword.focus();
}

function showGraph({ graph, chain: sent, anchor }: ConversionView): void {
  if (graph.length === 0) return;
  // The figure is shown first, because a hidden element has no width.
  byId('graph-figure').hidden = false;
  const { svg, left } = drawGraph(graph, sent, byId('graph').clientWidth);
  const root = graph.find(({ sha256 }) => sha256 === anchor)?.title;
  const more = left === 0 ? '' : ` ${count(left, 'certificate is', 'certificates are')} not drawn.`;
  byId('graph-caption').textContent = `${captionOf(sent, root)}${more}`;
  // With this, a wide drawing can also be scrolled with the keyboard.
  byId('graph').tabIndex = 0;
  byId('graph').replaceChildren(svg);
  // A drawing that is wider than the page shows its middle first.
  byId('graph').scrollLeft = (svg.clientWidth - byId('graph').clientWidth) / 2;
}

function captionOf(sent: readonly string[], root: string | undefined): string {
  if (sent.length === 0) return 'Who certified whom.';
  const certificates = count(sent.length, 'certificate', 'certificates');
  const end = root === undefined ? '' : `, which ${sent.length === 1 ? 'leads' : 'lead'} to the root ${root}`;
  return `The server sends ${certificates}${end}.`;
}

function showRejected({ rejected, rejectedCount }: ConversionView): void {
  const details = byId<HTMLDetailsElement>('rejected');
  details.hidden = rejectedCount === 0;
  details.open = false;
  details
    .querySelector('summary')
    ?.replaceChildren(`${count(rejectedCount, 'certificate is', 'certificates are')} not sent`);
  details
    .querySelector('ul')
    ?.replaceChildren(...rejected.map(({ title, reason }) => element('li', {}, `${title}: ${reason}`)));
}

/** Formats a message as a sentence. Messages of the library begin in lower case, because the command prints them after its name. */
export function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
