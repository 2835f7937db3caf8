import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Reply, Request } from '../../page/messages.js';
import { project } from '../project.js';

const url = pathToFileURL(`${project}/page/jks2pem.html`).href;

/** Debian's Chromium, which does not start its sandbox for root. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** The page, opened from the disk, with a record of what it asks the network for and of what goes wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** URLs other than the page's own. */
  readonly requests: string[];
  /** Messages of the console and uncaught errors: violations of the policy are among them. */
  readonly faults: string[];
}

export async function openPage(context: BrowserContext): Promise<OpenedPage> {
  const page = await context.newPage();
  const requests: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    // The worker is text of the page.
    if (request.url() !== url && !request.url().startsWith('blob:null/')) requests.push(request.url());
  });
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.addInitScript(keepWorker);
  await page.goto(url);
  return { page, requests, faults };
}

interface Testable {
  pageWorker?: Worker;
}

/** Runs in the page before its script: keeps its worker for {@link askWorker}. */
function keepWorker(): void {
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(source: string | URL) {
      super(source);
      (window as Testable).pageWorker = this;
    }
  };
}

/** Asks the worker as the page does, but with numbers that the page never uses. */
export async function askWorker(page: Page, request: Request): Promise<Reply> {
  const text = JSON.stringify(request, bytesAsNumbers);
  const answer = await page.evaluate(async (question) => {
    const worker = (window as Testable).pageWorker as Worker;
    const number = -Date.now() - Math.random();
    const reply = new Promise<unknown>((resolve) => {
      const listen = ({ data }: MessageEvent<{ number: number; reply: unknown }>) => {
        if (data.number !== number) return;
        worker.removeEventListener('message', listen);
        resolve(data.reply);
      };
      worker.addEventListener('message', listen);
    });
    const asked = JSON.parse(question, (_, value) => (value?.octets ? Uint8Array.from(value.octets) : value));
    worker.postMessage({ number, request: asked });
    return JSON.stringify(await reply, (_, value) => (value instanceof Uint8Array ? { octets: [...value] } : value));
  }, text);
  return JSON.parse(answer, (_, value) => (value?.octets ? Uint8Array.from(value.octets) : value));
}

function bytesAsNumbers(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { octets: [...value] } : value;
}
