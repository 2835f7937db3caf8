import { type ConversionOptions, convert } from '../../convert/convert.js';
import { convertTrusted } from '../../convert/convert-trusted.js';
import { parseCertificate } from '../../x509/parse-certificate.js';
import { UsageError } from '../failure.js';
import type { Result } from './output-files.js';
import type { ConversionPlan } from './plan.js';

/** Converts one keystore after another by the same plan. */
export class StoreConverter {
  #request: Promise<ConversionOptions> | undefined;

  /** @param atHand what need not be worked out or loaded */
  constructor(
    private readonly plan: ConversionPlan,
    private readonly atHand: Partial<ConversionOptions> = {},
  ) {}

  /**
   * @param keyPass the password of keys that do not open with the store's, if the plan has none
   * @throws {Jks2PemError} whatever stops it, by its code
   */
  async convert(bytes: Uint8Array, keyPass = this.plan.keyPass): Promise<Result> {
    const { storePass, limits, aliases } = this.plan;
    if (this.plan.trusted) return convertTrusted(bytes, { storePass, ...(limits && { limits }) });
    const request = await (this.#request ??= this.#makeRequest());
    try {
      return await convert(bytes, { ...request, ...(keyPass !== undefined && { keyPasses: [keyPass] }) });
    } catch (error) {
      // Two keys of one algorithm were asked for: a wish no file can grant, not a failure.
      if (error instanceof RangeError && (aliases?.length ?? 0) > 1) throw new UsageError(error.message);
      throw error;
    }
  }

  async #makeRequest(): Promise<ConversionOptions> {
    const { storePass, limits, aliases, preference, includeRoot, keyFormat, encryptKey, ...plan } = this.plan;
    const parsed = (certificates: readonly Uint8Array[]) => certificates.map((der) => parseCertificate(der));
    return {
      ...this.atHand,
      now: new Date(plan.now),
      storePass,
      preference,
      includeRoot,
      keyFormat,
      addedCertificates: parsed(plan.addedCertificates),
      ...(limits && { limits }),
      ...(aliases && { aliases }),
      ...(encryptKey !== undefined && { encryptKey }),
      ...(plan.trustAnchors && { trustAnchors: parsed(plan.trustAnchors) }),
      ...(plan.fetchIssuers && { issuerSource: (await import('../../aia/download.js')).downloadCertificates }),
    };
  }
}
