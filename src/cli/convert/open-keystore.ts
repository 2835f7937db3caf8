import { EntryAmbiguousError, KeyUnrecoverableError, PassphraseRequiredError } from '../../errors.js';
import { detectStoreType } from '../../keystore/detect/detect.js';
import { loadKeyStore } from '../../keystore/load.js';
import { isoDay } from '../../x509/expiry.js';
import type { Passwords } from '../password/passwords.js';
import { type Answers, type ConvertedKeystore, convertKeystore } from './keystore-conversion.js';
import type { ConvertSettings } from './settings.js';
import { orAborted } from './termination.js';

/** A password or a choice is missing that no keystore of the run can do without, so the run ends. */
export class MissingAnswerError extends Error {
  constructor(readonly error: unknown) {
    super();
  }
}

/** What the answers are for. */
interface Question {
  /** What the store password opens, for the question. */
  readonly what: string;
  /** Whether the run has one keystore: with several, a question about one of them would be unclear. */
  readonly isOnly: boolean;
  readonly wantsJson: boolean;
  readonly signal: AbortSignal;
}

/** Converts keystores and asks on the terminal for what is missing: the store password, key passwords, and which of several keys. */
export class KeystoreOpener {
  #storePass: string | undefined;
  #keyPass: string | undefined;
  /** The key that was chosen from the list. */
  #alias: string | undefined;

  constructor(
    private readonly settings: ConvertSettings,
    private readonly passwords: Passwords,
    private readonly question: Question,
  ) {
    this.#storePass = settings.storePass;
  }

  /**
   * @throws {MissingAnswerError} if the run cannot go on
   * @throws {Jks2PemError} by code, if this keystore cannot be converted
   */
  async convert(bytes: Uint8Array): Promise<ConvertedKeystore> {
    const answers = { keyPass: this.#keyPass };
    if (this.#storePass === undefined) {
      const converted = await this.#withoutPassword(bytes, answers);
      if (converted) return converted;
      this.#storePass = await this.#askForStorePassword(bytes);
    }
    return this.passwords.explaining(() => this.#choosing(bytes, { ...answers, storePass: this.#storePass }));
  }

  /**
   * Converts a keystore whose key did not open, with a password that is asked for; the following ones use it, too.
   * @param error thrown where there is no terminal
   */
  async unlock(bytes: Uint8Array, error: KeyUnrecoverableError): Promise<ConvertedKeystore> {
    const open = async (keyPass: string) => {
      const converted = await this.#choosing(bytes, { storePass: this.#storePass, keyPass });
      this.#keyPass = keyPass;
      return converted;
    };
    if (this.#keyPass !== undefined) return open(this.#keyPass);
    return orAborted(this.passwords.openKey(error.alias, open, error), this.question.signal);
  }

  /**
   * Certificates are often not encrypted. Keys always are, but Azure Key Vault and others write PKCS#12 with the empty password, which
   * is tried if none is given.
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

  /** Lets the user choose one of several keys, if there is a terminal. */
  async #choosing(bytes: Uint8Array, answers: Answers): Promise<ConvertedKeystore> {
    const { settings } = this;
    const { wantsJson, isOnly, signal } = this.question;
    try {
      const alias = answers.alias ?? this.#alias;
      return await convertKeystore(bytes, settings, { ...answers, ...(alias !== undefined && { alias }) }, wantsJson);
    } catch (error) {
      const canChoose = isOnly && error instanceof EntryAmbiguousError && error.choices.length > 0;
      if (!canChoose || answers.alias !== undefined) throw error;
      const texts = error.choices.map(({ alias, subject, notAfter }) =>
        [alias, subject, notAfter && `until ${isoDay(notAfter)}`].filter((text) => text !== undefined).join(', '),
      );
      const choice = await orAborted(this.passwords.choose('There are several private keys:', texts), signal);
      const alias = choice === undefined ? undefined : error.choices[choice]?.name;
      if (alias === undefined) throw error;
      // A wrong password of its key must not bring the question again.
      this.#alias = alias;
      return convertKeystore(bytes, settings, { ...answers, alias }, wantsJson);
    }
  }
}
