import {
  chosenConversion,
  forgetChoices,
  forgetConversion,
  offerConversions,
  onChoice,
  sentence,
  showAdded,
  showConversion,
  showFailure,
  takesCertificates,
} from './conversion.js';
import { byId, count, element, notice } from './elements.js';
import { showEntries } from './entry-table.js';
import type { Integrity, Reply, Request, StoreView } from './messages.js';
import { WorkerClient } from './worker-client.js';

const fileInput = byId<HTMLInputElement>('file');
const addInput = byId<HTMLInputElement>('add');
const password = byId<HTMLInputElement>('password');
const openButton = byId<HTMLButtonElement>('open-button');
const drop = byId('drop');

const worker = new WorkerClient();
let chosen: File | undefined;
let store: StoreView | undefined;

/** The title of the progress bar, by the kind of request. */
const workTitles: Readonly<Record<Request['kind'], string>> = {
  open: 'Opening the keystore…',
  add: 'Reading the certificates…',
  convert: 'Converting…',
  forget: 'Closing…',
};

/**
 * Time in milliseconds before the progress bar is shown. For shorter work, a bar that appears and disappears at once would be confusing.
 */
const patience = 150;

async function ask(request: Request): Promise<Reply | undefined> {
  const shown = setTimeout(() => {
    byId('working-title').textContent = workTitles[request.kind];
    byId('working').hidden = false;
  }, patience);
  try {
    return await worker.ask(request);
  } finally {
    clearTimeout(shown);
    byId('working').hidden = true;
  }
}

function choose(file: File | undefined): void {
  if (file === undefined) return;
  closeStore();
  chosen = file;
  drop.classList.add('chosen');
  byId('drop-title').replaceChildren(element('strong', {}, file.name));
  byId('drop-help').textContent = `${count(file.size, 'byte', 'bytes')}. Choose another, or open it.`;
  openButton.disabled = false;
  password.focus();
}

async function open(): Promise<void> {
  if (chosen === undefined) return;
  closeStore();
  const { name } = chosen;
  const bytes = await contentOf(chosen);
  if (bytes === undefined) return;
  const typed = password.value;
  const reply = await ask({ kind: 'open', bytes, ...(typed !== '' && { password: typed }) });
  if (reply?.kind === 'failure') {
    byId('messages').replaceChildren(notice('problem', sentence(reply.failure.message), reply.failure.code));
    password.select();
    password.focus();
  } else if (reply?.kind === 'store') {
    password.value = '';
    showStore(reply.store, name);
    if (offerConversions(reply.store)) await convert();
  }
}

/** Reads a file. If the browser cannot read it, shows a message and returns undefined. */
async function contentOf(file: File): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    const message = `The browser cannot read ${file.name}. If it has changed since you chose it, choose it again.`;
    byId('messages').append(notice('problem', message, 'ERR_INPUT'));
    return undefined;
  }
}

/**
 * Adds the certificates of files to those of the open keystore, and converts again.
 * @param whenKeystore called for the first file that is a keystore, instead of adding more files and converting
 */
async function addCertificates(files: readonly File[], whenKeystore: (file: File) => void): Promise<void> {
  byId('messages').replaceChildren();
  for (const file of files) {
    const { name } = file;
    const bytes = await contentOf(file);
    const reply = bytes && (await ask({ kind: 'add', name, bytes }));
    if (reply?.kind === 'keystore') return whenKeystore(file);
    if (reply?.kind === 'added') showAdded(name, reply.count);
    if (reply?.kind === 'failure')
      byId('messages').append(notice('problem', sentence(reply.failure.message), reply.failure.code));
  }
  await convert();
}

function refuseKeystore({ name }: File): void {
  const message = `${name} is a keystore. To open it, close this one first.`;
  byId('messages').append(notice('problem', message, 'ERR_INPUT'));
}

function showStore(opened: StoreView, name: string): void {
  store = opened;
  const { type, entries, integrity, warnings } = opened;
  const { style, text } = integrityTags[integrity];
  byId('store-title').textContent = name;
  byId('summary').replaceChildren(
    element('span', { class: 'tag' }, type),
    element('span', { class: 'tag' }, count(entries.length, 'entry', 'entries')),
    element('span', { class: `tag ${style}` }, text),
  );
  byId('store-warnings').replaceChildren(
    ...warnings.map(({ message, code }) => notice('warning', sentence(message), code)),
  );
  showEntries(entries);
  byId('open').hidden = true;
  byId('store').hidden = false;
  byId('store-title').focus();
}

const integrityTags: Readonly<Record<Integrity, { style: string; text: string }>> = {
  verified: { style: 'good', text: 'Password right, file unchanged' },
  'not-checked': { style: 'warn', text: 'Integrity not checked' },
  none: { style: 'warn', text: 'No integrity check in the file' },
};

async function convert(): Promise<void> {
  forgetConversion();
  const reply = await ask(chosenConversion());
  if (reply?.kind === 'failure') showFailure(reply.failure);
  else if (reply?.kind === 'conversion') showConversion(reply.conversion, store?.warnings ?? []);
}

/** Overwrites the page's data of the keystore, and asks the worker to overwrite its own. */
function closeStore(): void {
  forgetConversion();
  forgetChoices();
  store = undefined;
  showEntries([]);
  for (const id of ['store-title', 'summary', 'store-warnings']) byId(id).replaceChildren();
  byId('store').hidden = byId('output').hidden = true;
  byId('open').hidden = false;
  byId('messages').replaceChildren();
  void worker.ask({ kind: 'forget' });
}

/** Restores the initial state of the page. */
function startOver(): void {
  closeStore();
  chosen = undefined;
  password.value = '';
  fileInput.value = '';
  openButton.disabled = true;
  drop.classList.remove('chosen');
  byId('drop-title').replaceChildren(element('strong', {}, 'Choose a keystore'), ', or drop it here');
  byId('drop-help').textContent = 'JKS, JCEKS, PKCS#12 (.p12, .pfx), BKS, UBER or BCFKS';
}

byId('open').addEventListener('submit', (event) => {
  event.preventDefault();
  void open();
});
onChoice(() => void convert());
fileInput.addEventListener('change', () => choose(fileInput.files?.[0]));
addInput.addEventListener('change', () => {
  void addCertificates([...(addInput.files ?? [])], refuseKeystore);
  // Without this, choosing the same file again, after it has changed, would cause no event.
  addInput.value = '';
});
byId('close').addEventListener('click', () => {
  startOver();
  fileInput.focus();
});
byId('cancel').addEventListener('click', () => {
  worker.restart();
  closeStore();
  openButton.focus();
});
for (const type of ['dragenter', 'dragover']) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
document.addEventListener('dragleave', ({ relatedTarget }) => {
  // If the pointer moves to another element of the page, relatedTarget is that element, and the pointer has not left the page.
  if (relatedTarget === null) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  const files = [...(event.dataTransfer?.files ?? [])];
  if (takesCertificates() && files.length > 0) void addCertificates(files, choose);
  else choose(files[0]);
});
window.addEventListener('pagehide', startOver);
