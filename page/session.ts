import { shortened } from '../src/bytes/bounded-text.js';
import { equalBytes } from '../src/bytes/equal.js';
import { wipe } from '../src/bytes/wipe.js';
import { choosePrivateKeys, chooseTrustedEntries } from '../src/convert/choose-entries.js';
import { type ConvertedGroup, convertEntry, requireReadable, wipeKeys } from '../src/convert/convert.js';
import { chainContext } from '../src/convert/served-chain.js';
import { anchorsFor } from '../src/convert/trust-anchors.js';
import { EntryNotFoundError, Jks2PemError } from '../src/errors.js';
import { detectStoreType } from '../src/keystore/detect/detect.js';
import { certificatesOf } from '../src/keystore/entry/certificates-of-entry.js';
import { loadKeyStore } from '../src/keystore/load.js';
import type { Entry, KeyStore } from '../src/keystore/types.js';
import { toBundleWith } from '../src/pem/bundle.js';
import { toCertbotFiles } from '../src/pem/certbot-files.js';
import { toCertificateFile } from '../src/pem/encode-certificates.js';
import { readCertificateFile } from '../src/pem/read-certificates.js';
import type { Certificate } from '../src/x509/certificate.js';
import { withoutDuplicates } from '../src/x509/distinct-certificates.js';
import { certificateGraph } from '../src/x509/path/certificate-graph.js';
import { titleOf, viewCertificate } from './certificate-view.js';
import type {
  AddRequest,
  ConversionView,
  ConvertRequest,
  EntryView,
  FileView,
  NodeView,
  OpenRequest,
  Reply,
  Request,
  StoreView,
} from './messages.js';

/**
 * Maximum number of certificates for which the whole keystore is drawn. Of a larger keystore only the chain is drawn, because a drawing of
 * all certificates would be unreadable.
 */
const mostDrawn = 60;

/** Maximum number of certificates that are listed as not sent. */
const mostRejected = 100;

interface OpenedStore {
  readonly store: KeyStore;
  /** The bytes of the file. The store contains views of them. */
  readonly bytes: Uint8Array;
  /** Certificates that the keystore lacks, and the files that they were in. */
  readonly added: Certificate[];
  readonly addedFiles: Uint8Array[];
}

/** Answers the requests of the page about the open keystore. It runs in the worker, and in tests. */
export class Session {
  #opened: OpenedStore | undefined;

  /** @param now returns the time for which certificates are examined */
  constructor(private readonly now: () => Date) {}

  async answer(request: Request): Promise<Reply> {
    try {
      if (request.kind === 'open') return { kind: 'store', store: await this.#open(request) };
      if (request.kind === 'add') return await this.#add(request);
      if (request.kind === 'convert') return { kind: 'conversion', conversion: await this.#convert(request) };
      this.#forget();
      return { kind: 'forgotten' };
    } catch (error) {
      if (!(error instanceof Jks2PemError)) throw error;
      return { kind: 'failure', failure: { code: error.code, message: error.message } };
    }
  }

  async #open({ bytes, password }: OpenRequest): Promise<StoreView> {
    this.#forget();
    const store = await loadKeyStore(bytes, password === undefined ? {} : { storePass: password });
    this.#opened = { store, bytes, added: [], addedFiles: [] };
    const entries = [...store];
    const hasKey = entries.some(({ kind }) => kind === 'PrivateKeyEntry');
    return {
      type: store.type,
      integrity: store.integrity,
      entries: entries.map((entry) => this.#viewEntry(entry)),
      // All certificates of a PKCS#12 file without a private key count as trusted; see chooseTrustedEntries.
      hasTrusted:
        entries.some(({ kind }) => kind === 'trustedCertEntry') ||
        (store.type === 'PKCS12' && !hasKey && store.certificates.length > 0),
      warnings: store.warnings,
    };
  }

  #viewEntry(entry: Entry): EntryView {
    const { alias, kind } = entry;
    const certificates = certificatesOf(entry);
    const [first] = certificates;
    const certificate = first && viewCertificate(first, this.now());
    return { alias, kind, certificateCount: certificates.length, ...(certificate && { certificate }) };
  }

  async #add({ bytes, name }: AddRequest): Promise<Reply> {
    const { added, addedFiles } = this.#requireOpened();
    if (detectStoreType(bytes) !== undefined) return { kind: 'keystore' };
    // The file is kept in order to be overwritten later, because it may also contain a private key.
    addedFiles.push(bytes);
    const certificates = await readCertificateFile(bytes, name);
    added.push(...certificates);
    return { kind: 'added', count: certificates.length };
  }

  async #convert(request: ConvertRequest): Promise<ConversionView> {
    const opened = this.#requireOpened();
    requireReadable(opened.store);
    return request.alias === undefined
      ? this.#convertTrusted(opened)
      : this.#convertKey(opened, request, request.alias);
  }

  #requireOpened(): OpenedStore {
    if (this.#opened === undefined) throw new EntryNotFoundError('no keystore is open', undefined, []);
    return this.#opened;
  }

  async #convertTrusted({ store }: OpenedStore): Promise<ConversionView> {
    const entries = chooseTrustedEntries(store, []);
    const certificates = withoutDuplicates(entries.map(({ certificate }) => certificate));
    const bytes = toCertificateFile(certificates);
    const file = { name: 'ca-certificates.pem', bytes, certificateCount: certificates.length, holdsKey: false };
    const graph = await this.#graph([...store.certificates], [], store);
    return { files: [file], warnings: store.warnings, chain: [], graph, rejected: [], rejectedCount: 0 };
  }

  async #convertKey(opened: OpenedStore, request: ConvertRequest, alias: string): Promise<ConversionView> {
    const { store, added } = opened;
    const [entry] = choosePrivateKeys(store, [alias]);
    if (entry === undefined) throw new Error('no entry was chosen');
    const { keyPassword, chain, layout } = request;
    const options = {
      now: this.now(),
      preference: chain,
      addedCertificates: added,
      ...(keyPassword !== undefined && { keyPasses: [keyPassword] }),
    };
    const warnings = [...store.warnings];
    const group = await convertEntry(entry, options, await chainContext(store, options, warnings));
    try {
      const { certificates, anchor, rejected } = group.path;
      return {
        files: layout === 'certbot' ? certbotFiles(group) : [bundleFile(group)],
        // Opening a key can add a warning about its password.
        warnings: [...new Set([...warnings, ...store.warnings])],
        ...(group.leafNote !== undefined && { note: group.leafNote }),
        chain: certificates.map(({ sha256 }) => sha256),
        ...(anchor && { anchor: anchor.sha256 }),
        graph: await this.#graph(
          [...store.certificates, ...added],
          anchor ? [...certificates, anchor] : certificates,
          store,
        ),
        rejected: rejected.slice(0, mostRejected).map(({ certificate, reason }) => ({
          title: viewCertificate(certificate, this.now()).title,
          reason,
        })),
        rejectedCount: rejected.length,
      };
    } finally {
      wipeKeys([group]);
    }
  }

  /** Returns the graph of issuers: of all given certificates if they are few, otherwise of the chain. */
  async #graph(given: readonly Certificate[], chain: readonly Certificate[], store: KeyStore): Promise<NodeView[]> {
    const isSmall = given.length <= mostDrawn;
    const { trustAnchors } = await anchorsFor(store);
    const { nodes } = certificateGraph(isSmall ? [...given, ...chain] : chain, trustAnchors);
    const missing = new Map<string, NodeView>();
    const views = nodes.map(({ certificate, role, issuers, sameKey, missingIssuer }): NodeView => {
      const view = viewCertificate(certificate, this.now());
      const lacking = missingIssuer && missingNode(missingIssuer.issuer);
      if (lacking) missing.set(lacking.sha256, lacking);
      return {
        sha256: certificate.sha256,
        title: view.title,
        certificate: view,
        role,
        isStored: store.certificates.some(({ der }) => equalBytes(der, certificate.der)),
        issuers: lacking ? [...issuers, lacking.sha256] : issuers,
        sameKey,
      };
    });
    return [...views, ...missing.values()];
  }

  #forget(): void {
    wipe(this.#opened?.bytes, ...(this.#opened?.addedFiles ?? []));
    this.#opened = undefined;
  }
}

function missingNode(issuer: string): NodeView {
  const sha256 = `missing ${issuer}`;
  return { sha256, title: titleOf(shortened(issuer)), role: 'missing', isStored: false, issuers: [], sameKey: [] };
}

function bundleFile({ alias, keyPem, path }: ConvertedGroup): FileView {
  const bytes = toBundleWith(keyPem, path);
  return { name: `${fileName(alias)}.pem`, bytes, certificateCount: path.certificates.length, holdsKey: true };
}

/** Returns certbot's files. The key is copied, because the original is overwritten after the conversion. */
function certbotFiles({ keyPem, path }: ConvertedGroup): FileView[] {
  const counts = { 'privkey.pem': 0, 'cert.pem': 1, 'chain.pem': path.certificates.length - 1 };
  return Object.entries(toCertbotFiles(Uint8Array.from(keyPem), path)).map(([name, bytes]) => ({
    name,
    bytes,
    certificateCount: counts[name as keyof typeof counts] ?? path.certificates.length,
    holdsKey: name === 'privkey.pem',
  }));
}

/** Converts an alias to a file name of letters, digits, dots, hyphens and underscores. */
function fileName(alias: string): string {
  const safe = alias.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._-]+/, '');
  return safe.slice(0, 60) || 'keystore';
}
