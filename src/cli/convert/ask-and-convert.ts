import { EntryAmbiguousError, KeyUnrecoverableError, PassphraseRequiredError } from '../../errors.js';
import { detectStoreType } from '../../keystore/detect/detect.js';
import { loadKeyStore } from '../../keystore/load.js';
import { isoDay } from '../../x509/expiry.js';
import { nodeRoots } from '../../x509/roots.js';
import type { Host } from '../host.js';
import type { Passwords } from '../password/passwords.js';
import { askForChoice } from '../terminal/choice.js';
import { type Answers, type ConvertedKeystore, convertKeystore } from './convert-keystore.js';
import type { ConvertSettings } from './read-settings.js';
import { orAborted } from './termination-signals.js';

/** Asking for the store password, which is needed for all keystores, has failed. The run ends. */
export class MissingAnswerError extends Error {
  /** @param error the reason, which is reported */
  constructor(readonly error: unknown) {
    super();
  }
}

/** The context of the questions to the user. */
interface Question {
  /** The keystore or keystores, as the question for the store password names them. */
  readonly what: string;
  /** Whether the run has only one keystore. With several, the user is not asked to choose a key. */
  readonly isOnly: boolean;
  readonly wantsJson: boolean;
  readonly signal: AbortSignal;
}

/** Converts keystores. Asks on the terminal for a missing store password or key password, and for the choice among several keys. */
export class AskingConverter {
  #storePass: string | undefined;
  #keyPass: string | undefined;
  /** The key that the user chose from the list, as its alias, or, if several keys have this alias, as the `sha256:HEX` of its certificate. */
  #alias: string | undefined;

  constructor(
    private readonly settings: ConvertSettings,
    private readonly passwords: Passwords,
    private readonly host: Host,
    private readonly question: Question,
  ) {
    this.#storePass = settings.storePass;
  }

  /**
   * Converts a keystore. Asks for the store password if it is missing and needed, and for the choice among several keys.
   * @throws {MissingAnswerError} if asking for the store password fails
   * @throws {Jks2PemError} if this keystore cannot be converted
   */
  async convert(bytes: Uint8Array): Promise<ConvertedKeystore> {
    // While a thread of Node's pool derives keys, this thread is idle. Loading the roots then saves 3 % of the time to convert a PKCS#12
    // file. If loading fails, the chain builder gets the same error, and reports it.
    if (this.#needsRoots) setImmediate(() => nodeRoots().catch(() => {}));
    const answers = { keyPass: this.#keyPass };
    if (this.#storePass === undefined) {
      const converted = await this.#withoutPassword(bytes, answers);
      if (converted) return converted;
      this.#storePass = await this.#askForStorePassword(bytes);
    }
    return this.passwords.explaining(() => this.#choosing(bytes, { ...answers, storePass: this.#storePass }));
  }

  /** Whether chains are built, and Node's roots are the trust anchors. */
  get #needsRoots(): boolean {
    const { part, conversion } = this.settings;
    return part !== 'trusted' && part !== 'key' && conversion.trustAnchors === undefined;
  }

  /**
   * Converts a keystore whose key could not be decrypted. Uses the key password that the user typed for an earlier keystore; if there is none,
   * asks for it.
   * @param error thrown if there is no terminal
   */
  async unlock(bytes: Uint8Array, error: KeyUnrecoverableError): Promise<ConvertedKeystore> {
    const open = async (keyPass: string) => {
      const converted = await this.#choosing(bytes, { storePass: this.#storePass, keyPass });
      this.#keyPass = keyPass;
      return converted;
    };
    if (this.#keyPass !== undefined) return open(this.#keyPass);
    return orAborted(this.passwords.openWithKeyPassword(error.alias, open, error), this.question.signal);
  }

  /**
   * Converts without a password, because certificates are often not encrypted. If a key is needed, only PKCS#12 is tried, because Azure Key
   * Vault and other programs write it with the empty password.
   * @returns undefined if a password is needed
   */
  async #withoutPassword(bytes: Uint8Array, answers: Answers): Promise<ConvertedKeystore | undefined> {
    const { part } = this.settings;
    const needsKey = part !== 'trusted' && part !== 'chain';
    if (needsKey && detectStoreType(bytes) !== 'PKCS12') return undefined;
    try {
      return await this.#choosing(bytes, answers);
    } catch (error) {
      if (error instanceof PassphraseRequiredError || (needsKey && error instanceof KeyUnrecoverableError))
        return undefined;
      throw error;
    }
  }

  async #askForStorePassword(bytes: Uint8Array): Promise<string> {
    const { limits } = this.settings.conversion;
    const test = (storePass: string) => loadKeyStore(bytes, { storePass, ...(limits && { limits }) });
    try {
      return await orAborted(this.passwords.storePassword(this.question.what, test), this.question.signal);
    } catch (error) {
      throw new MissingAnswerError(error);
    }
  }

  /** Converts a keystore. If several of its keys could be meant, and it is the only keystore of the run, lets the user choose on the terminal. */
  async #choosing(bytes: Uint8Array, answers: Omit<Answers, 'alias'>): Promise<ConvertedKeystore> {
    const { settings } = this;
    const { wantsJson, isOnly, signal } = this.question;
    try {
      const alias = this.#alias;
      return await convertKeystore(bytes, settings, { ...answers, ...(alias !== undefined && { alias }) }, wantsJson);
    } catch (error) {
      const canChoose = isOnly && error instanceof EntryAmbiguousError && error.choices.length > 0;
      if (!canChoose) throw error;
      const texts = error.choices.map(({ alias, subject, notAfter }) =>
        [alias, subject, notAfter && `until ${isoDay(notAfter)}`].filter((text) => text !== undefined).join(', '),
      );
      const choice = await orAborted(askForChoice(this.host, 'There are several private keys:', texts), signal);
      const alias = choice === undefined ? undefined : error.choices[choice]?.name;
      if (alias === undefined) throw error;
      // After a wrong key password, the user is not asked to choose again.
      this.#alias = alias;
      return convertKeystore(bytes, settings, { ...answers, alias }, wantsJson);
    }
  }
}
