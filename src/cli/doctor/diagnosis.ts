import { anchorsFor } from '../../convert/anchors.js';
import { Transaction } from '../../deploy/transaction.js';
import { PostfixError, ProbeError } from '../../errors.js';
import { loadKeyStore } from '../../keystore/load.js';
import { autoconfigXml } from '../../postfix/clients/autoconfig.js';
import { mailClientSettings } from '../../postfix/clients/mail-client.js';
import { examinePostfix } from '../../postfix/examine.js';
import type { Finding } from '../../postfix/finding.js';
import type { ExaminationOptions, PostfixInstallation } from '../../postfix/installation/installation.js';
import { readInstallation } from '../../postfix/installation/read-installation.js';
import { compareWithStore } from '../../postfix/store-comparison.js';
import type { Certificate } from '../../x509/certificate.js';
import { examinePath } from '../../x509/path/build-certification-path.js';
import { nodeRoots } from '../../x509/roots.js';
import { describeFailure, ExitCode, failureLine } from '../failure.js';
import { addHint } from '../hints.js';
import type { Host } from '../host.js';
import { readCertificateFiles } from '../input-files.js';
import { toJson } from '../json.js';
import { NagiosState, stateOf, writeNagios } from '../nagios.js';
import type { CheckOptions } from '../options.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { probe, probeExitCode } from '../probe/run-probe.js';
import { isAllowed, Report, writeLines } from '../report.js';
import { type Diagnosis, describeDiagnosis, diagnosisJson } from './doctor-report.js';

/** The options of `doctor` as commander gives them. */
export interface DoctorOptions extends PasswordOptions, CheckOptions {
  readonly configDir?: string;
  readonly keystore?: string;
  readonly trust?: readonly string[];
  readonly probe?: string;
  readonly tls?: boolean;
  readonly hostname?: string;
  readonly autoconfig?: string;
  readonly json?: boolean;
  readonly nagios?: boolean;
}

/** Everybody may read it: it is meant for a web server. */
const autoconfigMode = 0o644;

/** One run of `doctor`. */
export class Doctor {
  readonly #report: Report;

  constructor(
    private readonly options: DoctorOptions,
    private readonly host: Host,
  ) {
    this.#report = new Report(host, options.quiet ?? false, options.allow);
  }

  async run(): Promise<number> {
    const { options, host } = this;
    const installation = this.#read();
    const request: ExaminationOptions = {
      now: host.now(),
      trustAnchors: options.trust ? await readCertificateFiles(options.trust, host) : await nodeRoots(),
      ...(options.keystore !== undefined && { keystore: options.keystore }),
    };
    const all = examinePostfix(installation, request);
    if (options.keystore !== undefined) all.push(...(await this.#compare(options.keystore, installation, request)));
    const findings = all.filter(({ severity, rule }) => severity === 'error' || !isAllowed(rule, options.allow));
    const diagnosis = {
      version: installation.mailVersion,
      findings,
      ...(await this.#probe()),
      settings: mailClientSettings(installation, request),
    };
    if (options.nagios) return this.#writeNagios(diagnosis);
    const isSilent = options.quiet && !findings.some(({ severity }) => severity !== 'info') && !diagnosis.liveFailure;
    if (options.json) host.writeOutput(Buffer.from(toJson(diagnosisJson(diagnosis))));
    else if (!isSilent) writeLines(describeDiagnosis(diagnosis, request.now), host);
    await this.#writeAutoconfig(diagnosis.settings);
    if (findings.some(({ severity }) => severity === 'error' || (options.strict && severity === 'warning')))
      return ExitCode.wrong;
    if (diagnosis.live && probeExitCode(diagnosis.live, options) !== ExitCode.done) return ExitCode.wrong;
    return diagnosis.liveFailure ? ExitCode.failed : ExitCode.done;
  }

  #writeNagios({ version, findings, live, liveFailure }: Diagnosis): number {
    const { host, options } = this;
    if (liveFailure) return writeNagios(host, 'doctor', NagiosState.unknown, failureLine(liveFailure));
    const all = [...findings, ...(live?.findings ?? [])];
    const state = stateOf(all, options.strict);
    const worst =
      all.find(({ severity }) => severity === 'error') ?? all.find(({ severity }) => severity === 'warning');
    const text = worst ? `${worst.message} [${worst.rule}]` : `Postfix ${version} is a secure relay`;
    return writeNagios(host, 'doctor', state, text);
  }

  /** @throws {PostfixError} if there is no Postfix, or it cannot be read */
  #read(): PostfixInstallation {
    try {
      const { configDir } = this.options;
      const searchPath = this.host.environment('PATH');
      return readInstallation({
        ...(configDir !== undefined && { directory: configDir }),
        ...(searchPath !== undefined && { searchPath }),
      });
    } catch (error) {
      if (error instanceof PostfixError)
        addHint(error, 'run doctor on the server itself, as root; from elsewhere, use jks2pem probe HOST');
      throw error;
    }
  }

  async #compare(path: string, installation: PostfixInstallation, request: ExaminationOptions): Promise<Finding[]> {
    const { options, host } = this;
    const passwords = new Passwords(options, host, this.#report);
    const store = await loadKeyStore(host.readFile(path), { storePass: await passwords.storePassword(path) });
    const given = options.trust && (await readCertificateFiles(options.trust, host));
    const anchors = await anchorsFor(store, given);
    const leaves = [...store].flatMap((entry) =>
      entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.slice(0, 1) : [],
    );
    const chainFor = (leaf: Certificate) =>
      examinePath(leaf, { now: request.now, candidates: store.certificates, ...anchors });
    return compareWithStore(installation, request, { leaves, chainFor });
  }

  /** The running server. Its failure is part of the report, which would be lost otherwise. */
  async #probe(): Promise<Pick<Diagnosis, 'live' | 'liveFailure'>> {
    const { probe: server, trust, tls, hostname, allow, days } = this.options;
    if (server === undefined) return { live: undefined, liveFailure: undefined };
    const options = {
      ...(trust && { trust }),
      ...(tls !== undefined && { tls }),
      ...(hostname !== undefined && { hostname }),
      ...(allow && { allow }),
      ...(days !== undefined && { days }),
    };
    try {
      return { live: await probe(server, options, this.host), liveFailure: undefined };
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      return { live: undefined, liveFailure: describeFailure(error) };
    }
  }

  async #writeAutoconfig(settings: ReturnType<typeof mailClientSettings>): Promise<void> {
    const { autoconfig } = this.options;
    if (autoconfig === undefined) return;
    const [first, ...more] = settings;
    if (first === undefined) {
      this.#report.warning(`${autoconfig} is not written: there is no service that users can send mail through`);
      return;
    }
    const content = Buffer.from(autoconfigXml([first, ...more]));
    const transaction = new Transaction({
      user: this.host.userId(),
      isAllOrNothing: true,
      onWait: (message) => this.#report.say(message),
      onUnsafe: (message) => this.#report.warning(message),
    });
    try {
      await transaction.put(autoconfig, autoconfig, { content, holdsKey: false, defaultMode: autoconfigMode });
      await transaction.commit();
      this.#report.say(transaction.changes.length > 0 ? `wrote ${autoconfig}` : `${autoconfig} is up to date`);
    } finally {
      transaction.close();
    }
  }
}
