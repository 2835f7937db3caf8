import { dirname, join } from 'node:path';
import type { FolderDeployment } from '../../deploy/folder-deployment.js';
import { isSameFile } from '../../deploy/target.js';
import { OutputError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { describeFailure, type Failure } from '../failure.js';
import type { Host } from '../host.js';
import type { StoreResult } from './batch-report.js';
import type { BatchTarget } from './batch-targets.js';
import type { ConvertedStore, StoreOutcome } from './converted-store.js';
import type { Renewal } from './hook-environment.js';
import { fileContent, type OutputFile, type WritingOptions } from './output-files.js';
import { readableKeyWarning } from './readable-key.js';
import { refusalReason } from './refusal.js';

/** What goes for all results of a batch. */
export interface BatchDeliveryOptions extends WritingOptions {
  readonly strict: boolean;
  /** Warnings that are about the run, and so about every keystore of it. */
  readonly ownWarnings: readonly Warning[];
}

/** What has been found out about one keystore. */
interface Received extends Pick<StoreResult, 'warnings' | 'contents' | 'told'> {
  readonly names: readonly (string | undefined)[];
  readonly domains: readonly string[];
  readonly failure?: Failure;
  readonly isRefused?: boolean;
}

/** Takes what keystores gave, in any order, and puts it where it belongs. */
export class BatchDelivery {
  readonly #received = new Map<BatchTarget, Received>();

  constructor(
    private readonly deployment: FolderDeployment,
    private readonly options: BatchDeliveryOptions,
    private readonly host: Host,
  ) {}

  /** @returns whether it can be put in place, as far as can be told yet */
  async receive(target: BatchTarget, outcome: StoreOutcome): Promise<boolean> {
    const received = 'failure' in outcome ? failed(outcome.failure) : await this.#put(target, outcome);
    this.#received.set(target, received);
    return received.failure === undefined;
  }

  /** Those whose key has a password of its own. */
  get locked(): readonly BatchTarget[] {
    const all = [...this.#received];
    return all.filter(([, { failure }]) => failure?.code === 'ERR_KEY_UNRECOVERABLE').map(([target]) => target);
  }

  /** What has changed, for the hook. */
  get renewal(): Renewal {
    const files = this.deployment.changes;
    const changed = [...this.#received].filter(([{ name }]) => this.deployment.changesOf(name).length > 0);
    return {
      files,
      directories: [...new Set(files.map((file) => dirname(file)))],
      domains: [...new Set(changed.flatMap(([, { domains }]) => domains))],
    };
  }

  /** What became of them, in this order; `undone` is what the hook did not approve of. */
  results(targets: readonly BatchTarget[], undone?: Failure): StoreResult[] {
    return targets.map((target) => this.#resultOf(target, undone));
  }

  #resultOf(target: BatchTarget, undone: Failure | undefined): StoreResult {
    const { names, failure: early, isRefused, ...received } = this.#received.get(target) ?? failed(neverReached);
    const late = this.deployment.failureOf(target.name);
    const changes = this.deployment.changesOf(target.name);
    const failure =
      early ?? (late === undefined ? undefined : describeFailure(late)) ?? (changes.length > 0 ? undone : undefined);
    const end = isRefused ? 'refused' : failure ? 'failed' : changes.length > 0 ? 'written' : 'current';
    const paths = names.map((name) => (name === undefined ? target.path : join(target.path, name)));
    const files = paths.map((path) => ({ path, changed: end === 'written' && changes.includes(path) }));
    return { target, end, files, ...received, ...(failure && { failure }) };
  }

  async #put(target: BatchTarget, converted: ConvertedStore): Promise<Received> {
    const { files, contents, told, domains } = converted;
    const names = files.map(({ name }) => name);
    const warnings = [...this.options.ownWarnings, ...converted.warnings, ...this.#warningsOfReaders(target, files)];
    const received = { names, warnings, contents, told, domains };
    if (this.options.strict && warnings.length > 0) {
      wipe(converted);
      return { ...received, isRefused: true, failure: { code: 'ERR_STRICT', message: refusalReason(warnings) } };
    }
    try {
      await this.#deploy(target, converted);
      return received;
    } catch (error) {
      if (!(error instanceof OutputError) || !this.deployment.isUsable) throw error;
      return { ...received, failure: describeFailure(error) };
    } finally {
      for (const { pkcs8 } of converted.keys) pkcs8.fill(0);
    }
  }

  async #deploy({ keystore, name, path }: BatchTarget, { files, keys }: ConvertedStore): Promise<void> {
    const [first] = files;
    if (first?.name === undefined) {
      if (this.deployment.modeOf(name) !== undefined && isSameFile(keystore, path)) {
        throw new OutputError(`${path}: is the keystore itself; nothing was written`);
      }
      if (first) await this.deployment.put(name, fileContent(first, keys, this.options));
      return;
    }
    const contents = files.map((file) => [file.name ?? '', fileContent(file, keys, this.options)] as const);
    await this.deployment.putSet(name, new Map(contents));
  }

  #warningsOfReaders({ name, path }: BatchTarget, files: readonly OutputFile[]): Warning[] {
    const secret = files.find(({ isSecret }) => isSecret);
    if (secret === undefined || this.options.encryptKey !== undefined) return [];
    const isSet = secret.name !== undefined;
    const file = isSet ? join(path, secret.name) : path;
    const existing = isSet ? this.host.modeOf(file) : this.deployment.modeOf(name);
    const warning = readableKeyWarning(file, existing, this.options.rights);
    return warning ? [warning] : [];
  }
}

const neverReached: Failure = {
  code: 'ERR_INTERNAL',
  message: 'was not converted; this is a fault of jks2pem, please report it',
};

function failed(failure: Failure): Received {
  return { names: [], warnings: [], contents: '', told: undefined, domains: [], failure };
}

function wipe({ files, keys }: ConvertedStore): void {
  for (const { content } of files) content.fill(0);
  for (const { pkcs8 } of keys) pkcs8.fill(0);
}
