import { byId, count, element } from './elements.js';
import type { FileView } from './messages.js';

let files: readonly FileView[] = [];
/** The object URLs of saved files. The browser keeps a copy of a file until its URL is revoked. */
const urls = new Set<string>();

/** Offers files for saving, copying and viewing. The files that were offered before are overwritten. */
export function showFiles(made: readonly FileView[]): void {
  forgetFiles();
  files = made;
  byId('files').replaceChildren(...files.map(fileOf));
}

export function forgetFiles(): void {
  for (const { bytes } of files) bytes.fill(0);
  files = [];
  for (const url of urls) URL.revokeObjectURL(url);
  urls.clear();
  byId('files').replaceChildren();
}

function fileOf(file: FileView): HTMLElement {
  const save = button('Save', `Save ${file.name}`, '', () => saveFile(file));
  const copy = button('Copy', `Copy ${file.name}`, 'second', () => void copyFile(file, copy));
  return element(
    'div',
    { class: 'file' },
    element(
      'div',
      { class: 'title-row' },
      element('div', {}, element('h3', {}, file.name), element('p', {}, describe(file))),
      element('div', { class: 'buttons' }, save, copy),
    ),
    preview(file),
  );
}

function describe({ holdsKey, certificateCount }: FileView): string {
  const certificates = count(certificateCount, 'certificate', 'certificates');
  if (!holdsKey) return `${certificates}, no key.`;
  const content = certificateCount === 0 ? 'The private key' : `The private key and ${certificates}`;
  return `${content}, not encrypted: keep it readable for its owner only (chmod 600).`;
}

/** Creates the preview of a file. The text is part of the page only while the preview is open, because other people may see the screen. */
function preview(file: FileView): HTMLElement {
  const what = file.holdsKey ? 'Show, with the private key' : 'Show';
  const details = element('details', {}, element('summary', {}, what));
  details.addEventListener('toggle', () => {
    details.querySelector('pre')?.remove();
    if (details.open) details.append(element('pre', { tabindex: '0' }, previewText(file)));
  });
  return details;
}

/** Maximum number of characters that are shown. A CA file with 10,000 certificates has 20 million. */
const mostShown = 100_000;

function previewText(file: FileView): string {
  const text = textOf(file.bytes.subarray(0, mostShown));
  return file.bytes.length > mostShown ? `${text}\n… save the file to see the rest` : text;
}

function textOf(pem: Uint8Array): string {
  return new TextDecoder().decode(pem);
}

function saveFile({ name, bytes }: FileView): void {
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'application/x-pem-file' }));
  urls.add(url);
  element('a', { href: url, download: name }).click();
}

async function copyFile(file: FileView, copy: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(textOf(file.bytes));
    copy.textContent = 'Copied';
  } catch {
    copy.textContent = 'Not allowed: use Show';
  }
}

function button(text: string, label: string, style: string, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', 'aria-label': label, class: style }, text);
  made.addEventListener('click', press);
  return made;
}
