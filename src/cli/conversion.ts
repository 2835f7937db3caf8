import { type ConversionResult, convert } from '../convert.js';
import { isSameFile, replaceFile } from '../deploy/replace-file.js';
import { KeyUnrecoverableError, OutputError } from '../errors.js';
import { readCertificateFile } from '../pem/certificate-file.js';
import { convertTrusted, type TrustedConversionResult } from '../trusted.js';
import type { Certificate } from '../x509/certificate.js';
import type { PathPreference } from '../x509/certification-path.js';
import { ExitCode } from './exit-code.js';
import type { Host } from './host.js';
import { conversionJson, trustedJson } from './json.js';
import { Passwords } from './passwords.js';
import { Report } from './report.js';
import { UsageError } from './usage-error.js';

/** The options of `convert` as commander gives them. */
export interface ConvertOptions {
  readonly alias?: readonly string[];
  readonly out?: string;
  readonly trusted?: boolean;
  readonly storepass?: string;
  readonly keypass?: string;
  readonly addCert?: readonly string[];
  readonly trust?: readonly string[];
  readonly fetchIssuers?: boolean;
  readonly chain: PathPreference;
  readonly includeRoot?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Modes of a new file: a key is for root alone, a CA file for everyone. */
const keyMode = 0o600;
const certificateMode = 0o644;
const readableByOthers = 0o044;

type Result = ConversionResult | TrustedConversionResult;

/** One run of `convert`. */
export class Conversion {
  readonly #report: Report;

  constructor(
    private readonly keystore: string,
    private readonly options: ConvertOptions,
    private readonly host: Host,
  ) {
    this.#report = new Report(host, options.quiet ?? false);
  }

  async run(): Promise<number> {
    const { keystore, options, host } = this;
    this.#requireSense();
    const bytes = host.readFile(keystore);
    if (options.out !== undefined && keystore !== '-' && isSameFile(keystore, options.out)) {
      throw new OutputError(`${options.out}: is the keystore itself; nothing was written`);
    }
    const result = await this.#convert(bytes);
    const warnings = [
      ...result.warnings.map(({ alias, message }) => (alias === undefined ? message : `"${alias}": ${message}`)),
    ];
    const mode = options.out === undefined && !options.trusted ? host.outputFileMode() : undefined;
    if (mode !== undefined && mode & readableByOthers)
      warnings.push('the private key goes to a file that others can read; -o FILE writes it with mode 0600');
    for (const warning of warnings) this.#report.warning(warning);
    try {
      if (options.strict && warnings.length > 0) {
        this.#report.error(
          `--strict: ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}, so nothing was written`,
        );
        return ExitCode.wrong;
      }
      this.#write(result);
      return ExitCode.done;
    } finally {
      result.pem.fill(0);
      if ('groups' in result) for (const { key } of result.groups) key.pkcs8.fill(0);
    }
  }

  #requireSense(): void {
    const { keystore, options } = this;
    if (options.json && options.out === undefined)
      throw new UsageError('--json tells of a file that was written: it wants -o FILE');
    if (options.trusted && options.alias)
      throw new UsageError('--trusted writes all trusted certificates: -a has no meaning beside it');
    if (
      keystore === '-' &&
      [options.storepass, options.keypass].some((source) => source === 'stdin' || source === 'fd:0')
    ) {
      throw new UsageError('standard input cannot be both the keystore and a password');
    }
  }

  async #convert(bytes: Uint8Array): Promise<Result> {
    const { keystore, options, host } = this;
    const passwords = new Passwords(options, host, this.#report);
    const storePass = await passwords.storePassword(keystore);
    if (options.trusted) return convertTrusted(bytes, { storePass });
    const keyPass = passwords.given('keypass');
    const request = {
      now: host.now(),
      storePass,
      preference: options.chain,
      addedCertificates: await this.#certificates(options.addCert ?? []),
      includeRoot: options.includeRoot ?? false,
      ...(options.alias && { aliases: options.alias }),
      ...(options.trust && { trustAnchors: await this.#certificates(options.trust) }),
      ...(keyPass !== undefined && { keyPasses: [keyPass] }),
      ...(options.fetchIssuers && { issuerSource: (await import('../aia/download.js')).downloadCertificates }),
    };
    try {
      return await convert(bytes, request);
    } catch (error) {
      // Two keys of one algorithm were asked for: a wish no file can grant, not a failure.
      if (error instanceof RangeError && (options.alias?.length ?? 0) > 1) throw new UsageError(error.message);
      if (!(error instanceof KeyUnrecoverableError) || keyPass !== undefined) throw error;
      const typed = await passwords.ask(`Password of key "${error.alias}"`);
      if (typed === undefined) throw error;
      return await convert(bytes, { ...request, keyPasses: [typed] });
    }
  }

  async #certificates(paths: readonly string[]): Promise<Certificate[]> {
    const certificates: Certificate[] = [];
    for (const path of paths) certificates.push(...(await readCertificateFile(this.host.readFile(path), path)));
    return certificates;
  }

  #write(result: Result): void {
    const { options, host } = this;
    if (options.out === undefined) {
      host.writeOutput(result.pem);
      return;
    }
    const changed = replaceFile(options.out, result.pem, { mode: options.trusted ? certificateMode : keyMode });
    const contents = 'groups' in result ? describeGroups(result) : `${result.certificates.length} trusted certificates`;
    this.#report.say(changed ? `wrote ${options.out}: ${contents}` : `${options.out} is up to date: ${contents}`);
    if (!options.json) return;
    const files = [{ path: options.out, changed }];
    const json = 'groups' in result ? conversionJson(result, files) : trustedJson(result, files);
    host.writeOutput(Buffer.from(`${JSON.stringify(json, null, 2)}\n`));
  }
}

function describeGroups({ groups }: ConversionResult): string {
  return groups
    .map(
      ({ key, path }) =>
        `${key.algorithm} key and ${path.certificates.length} certificate${path.certificates.length === 1 ? '' : 's'}`,
    )
    .join(', ');
}
