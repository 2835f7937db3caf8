import { anchorsFor } from '../../convert/anchors.js';
import { Transaction } from '../../deploy/transaction.js';
import { PostfixError } from '../../errors.js';
import { loadKeyStore } from '../../keystore/load.js';
import { autoconfigXml } from '../../postfix/clients/autoconfig.js';
import { mailClientSettings } from '../../postfix/clients/mail-client.js';
import { examinePostfix } from '../../postfix/examine.js';
import type { Finding } from '../../postfix/finding.js';
import type { ExaminationOptions, PostfixInstallation } from '../../postfix/installation/installation.js';
import { readInstallation } from '../../postfix/installation/read-installation.js';
import { compareWithStore } from '../../postfix/store-comparison.js';
import type { ProbeResult } from '../../probe/probe.js';
import type { Certificate } from '../../x509/certificate.js';
import { examinePath } from '../../x509/path/build-certification-path.js';
import { nodeRoots } from '../../x509/roots.js';
import { ExitCode } from '../failure.js';
import type { Host } from '../host.js';
import { readCertificateFiles } from '../input-files.js';
import { toJson } from '../json.js';
import { type PasswordOptions, Passwords } from '../password/passwords.js';
import { probe, probeExitCode } from '../probe/run-probe.js';
import { Report } from '../report.js';
import { describeDiagnosis, diagnosisJson } from './doctor-report.js';

/** The options of `doctor` as commander gives them. */
export interface DoctorOptions extends PasswordOptions {
  readonly configDir?: string;
  readonly keystore?: string;
  readonly trust?: readonly string[];
  readonly probe?: string;
  readonly tls?: boolean;
  readonly hostname?: string;
  readonly autoconfig?: string;
  readonly json?: boolean;
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
    this.#report = new Report(host, false);
  }

  async run(): Promise<number> {
    const { options, host } = this;
    const installation = this.#read();
    if (installation === undefined) return ExitCode.failed;
    const request: ExaminationOptions = {
      now: host.now(),
      trustAnchors: options.trust ? await readCertificateFiles(options.trust, host) : await nodeRoots(),
      ...(options.keystore !== undefined && { keystore: options.keystore }),
    };
    const findings = examinePostfix(installation, request);
    if (options.keystore !== undefined)
      findings.push(...(await this.#compare(options.keystore, installation, request)));
    const live = options.probe === undefined ? undefined : await this.#probe(options.probe);
    const diagnosis = {
      version: installation.mailVersion,
      findings,
      live,
      settings: mailClientSettings(installation, request),
    };
    host.writeOutput(Buffer.from(options.json ? toJson(diagnosisJson(diagnosis)) : describeDiagnosis(diagnosis)));
    await this.#writeAutoconfig(diagnosis.settings);
    const wrong =
      findings.some(({ severity }) => severity === 'error') || (live && probeExitCode(live) !== ExitCode.done);
    return wrong ? ExitCode.wrong : ExitCode.done;
  }

  /** The installation; undefined if there is none to be read, which has been said then. */
  #read(): PostfixInstallation | undefined {
    try {
      const { configDir } = this.options;
      const searchPath = this.host.environment('PATH');
      return readInstallation({
        ...(configDir !== undefined && { directory: configDir }),
        ...(searchPath !== undefined && { searchPath }),
      });
    } catch (error) {
      if (!(error instanceof PostfixError)) throw error;
      this.#report.error(`${error.message} [${error.code}]`);
      this.#report.hint(
        'doctor runs on the server itself, as root; from elsewhere, jks2pem probe HOST looks at it as a client does',
      );
      return undefined;
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

  #probe(server: string): Promise<ProbeResult> {
    const { trust, tls, hostname } = this.options;
    return probe(
      server,
      { ...(trust && { trust }), ...(tls !== undefined && { tls }), ...(hostname !== undefined && { hostname }) },
      this.host,
    );
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
