import { servedLeaf } from '../../convert/choose-leaf.js';
import { anchorsFor } from '../../convert/trust-anchors.js';
import { PostfixError, ProbeError } from '../../errors.js';
import { loadKeyStore } from '../../keystore/load.js';
import { mailClientSettings } from '../../postfix/clients/mail-client-settings.js';
import { compareWithStore } from '../../postfix/compare-with-store.js';
import { examinePostfix } from '../../postfix/examine-postfix.js';
import { compareSeverity, type Finding } from '../../postfix/finding.js';
import type { ExaminationOptions, PostfixInstallation } from '../../postfix/installation/installation.js';
import { readInstallation } from '../../postfix/installation/read-installation.js';
import { catalogue } from '../../postfix/rules/catalogue.js';
import { summarizeServices } from '../../postfix/service-summary.js';
import { probeRules } from '../../probe/finding.js';
import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import { examinePath } from '../../x509/path/build-certification-path.js';
import { ifReadable } from '../../x509/tolerate-malformed.js';
import { isAllowed, requireKnownCodes } from '../allowed-codes.js';
import { describeFailure, ExitCode, failureLine } from '../command-errors.js';
import { addHint } from '../hints.js';
import type { Host } from '../host.js';
import { clientRoots, readCertificateFiles } from '../input-files.js';
import { toJson } from '../json.js';
import { NagiosState, stateOf, writeNagios } from '../nagios.js';
import { type PasswordOptions, Passwords, passwordFileWarning } from '../password/passwords.js';
import { probe, probeExitCode } from '../probe/run-probe.js';
import { Report, writeLines } from '../report.js';
import { type CheckOptions, readDays } from '../shared-options.js';
import { writeAutoconfig } from './autoconfig-file.js';
import { type Diagnosis, describeDiagnosis, diagnosisJson } from './doctor-report.js';
import { explainRule } from './explain-rule.js';
import { fixScript } from './fix-script.js';

/** The options of `doctor`, as commander parses them. */
export interface DoctorOptions extends PasswordOptions, CheckOptions {
  readonly configDir?: string;
  readonly fix?: boolean;
  readonly explain?: string;
  readonly keystore?: string;
  readonly trust?: readonly string[];
  readonly probe?: string;
  readonly tls?: boolean;
  readonly hostname?: string;
  readonly autoconfig?: string;
  readonly domain?: string;
  readonly json?: boolean;
  readonly nagios?: boolean;
}

/** Runs `doctor`. @returns the exit code */
export async function runDoctor(options: DoctorOptions, host: Host): Promise<number> {
  if (options.explain !== undefined) {
    writeLines(explainRule(options.explain), host);
    return ExitCode.done;
  }
  requireKnownCodes(options.allow, [...catalogue.map(({ id }) => id), ...probeRules, passwordFileWarning]);
  const wanted = readDays(options.days);
  // If CERTIFICATE_EXPIRES is allowed, only certificates that have expired are reported.
  const days = isAllowed('CERTIFICATE_EXPIRES', options.allow) ? 0 : wanted;
  const report = new Report(host, options.quiet ?? false, options.allow);
  const installation = read(options, host);
  const request: ExaminationOptions = {
    now: host.now(),
    trustAnchors: await clientRoots(options.trust, host),
    ...(options.keystore !== undefined && { keystore: options.keystore }),
    ...(days !== undefined && { days }),
  };
  const found = [
    ...examinePostfix(installation, request),
    ...(await compare(installation, request, options, host, report)),
  ];
  const diagnosis: Diagnosis = {
    version: installation.mailVersion,
    now: request.now,
    ...(options.days !== undefined && { days: options.days }),
    findings: found
      .filter(({ severity, rule }) => severity === 'error' || !isAllowed(rule, options.allow))
      .sort(compareSeverity),
    services: summarizeServices(installation, request),
    ...(await probeIfAsked(options, host)),
    settings: mailClientSettings(installation, {
      ...request,
      ...(options.domain !== undefined && { domain: options.domain }),
    }),
  };
  const exitCode = exitCodeOf(diagnosis, options);
  print(diagnosis, installation, options, exitCode, host);
  if (options.autoconfig !== undefined) await writeAutoconfig(options.autoconfig, diagnosis.settings, report, host);
  return options.nagios ? nagios(diagnosis, options, host) : exitCode;
}

/**
 * Reads the Postfix installation of this machine; with `--config-dir`, the one in that directory.
 * @throws {PostfixError} if Postfix is not installed here, or cannot be read
 */
function read({ configDir }: DoctorOptions, host: Host): PostfixInstallation {
  try {
    const searchPath = host.environment('PATH');
    return readInstallation({
      ...(configDir !== undefined && { directory: configDir }),
      ...(searchPath !== undefined && { searchPath }),
    });
  } catch (error) {
    if (error instanceof PostfixError)
      addHint(
        error,
        configDir === undefined
          ? 'run doctor on the server itself, as root; from elsewhere, use jks2pem probe HOST'
          : '--config-dir names the directory with main.cf and master.cf; run doctor as root',
      );
    throw error;
  }
}

/** Compares the certificates in the configured files with the keystore of `--keystore`. Without this option, there are no findings. */
async function compare(
  installation: PostfixInstallation,
  request: ExaminationOptions,
  options: DoctorOptions,
  host: Host,
  report: Report,
): Promise<Finding[]> {
  const { keystore } = options;
  if (keystore === undefined) return [];
  const passwords = new Passwords(options, host, report);
  const store = await loadKeyStore(host.readFile(keystore), { storePass: await passwords.storePassword(keystore) });
  const given = options.trust && (await readCertificateFiles(options.trust, host));
  const anchors = await anchorsFor(store, given);
  // Several entries may have the served key. One for which `convert` would write the served certificate is preferred.
  const leafFor = (served: Certificate) => {
    const wanted = withParts(served).publicKeyInfo;
    const hasKey = (certificate: Certificate) => ifReadable(() => withParts(certificate).publicKeyInfo) === wanted;
    const leaves = [...store].flatMap((entry) =>
      entry.kind === 'PrivateKeyEntry' && entry.certificateChain.some(hasKey)
        ? (servedLeaf(entry, store, request.now)?.certificate ?? [])
        : [],
    );
    return leaves.find(({ sha256 }) => sha256 === served.sha256) ?? leaves[0];
  };
  const chainFor = (leaf: Certificate) =>
    examinePath(leaf, { now: request.now, candidates: store.certificates, ...anchors });
  return compareWithStore(installation, request, { leafFor, chainFor });
}

/**
 * Probes the running server if `--probe` is given. A failure becomes a part of the report, so that the other findings are still printed.
 */
async function probeIfAsked(options: DoctorOptions, host: Host): Promise<Pick<Diagnosis, 'live' | 'liveFailure'>> {
  const { probe: server, trust, tls, hostname, allow, days } = options;
  if (server === undefined) return { live: undefined, liveFailure: undefined };
  const request = {
    ...(trust && { trust }),
    ...(tls !== undefined && { tls }),
    ...(hostname !== undefined && { hostname }),
    ...(allow && { allow }),
    ...(days !== undefined && { days }),
  };
  try {
    return { live: await probe(server, request, host), liveFailure: undefined };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return { live: undefined, liveFailure: describeFailure(error) };
  }
}

function exitCodeOf({ findings, live, liveFailure }: Diagnosis, options: DoctorOptions): number {
  const isWrong = findings.some(({ severity }) => severity === 'error' || (options.strict && severity === 'warning'));
  if (isWrong || (live && probeExitCode(live, options) !== ExitCode.done)) return ExitCode.wrong;
  return liveFailure ? ExitCode.failed : ExitCode.done;
}

function print(
  diagnosis: Diagnosis,
  installation: PostfixInstallation,
  options: DoctorOptions,
  exitCode: number,
  host: Host,
): void {
  if (options.nagios) return;
  if (options.json) host.writeOutput(Buffer.from(toJson(diagnosisJson(diagnosis))));
  else if (options.fix) host.writeOutput(Buffer.from(fixScript(diagnosis.findings, installation, options.configDir)));
  else if (
    !options.quiet ||
    exitCode !== ExitCode.done ||
    diagnosis.findings.some(({ severity }) => severity !== 'info')
  )
    writeLines(describeDiagnosis(diagnosis), host);
}

function nagios({ version, findings, live, liveFailure }: Diagnosis, { strict }: DoctorOptions, host: Host): number {
  if (liveFailure) return writeNagios(host, 'doctor', NagiosState.unknown, failureLine(liveFailure));
  const all = [...findings, ...(live?.findings ?? [])].sort(compareSeverity);
  const [worst] = all;
  const text =
    worst !== undefined && worst.severity !== 'info'
      ? `${worst.message} [${worst.rule}]`
      : `Postfix ${version}: no errors, no warnings`;
  return writeNagios(host, 'doctor', stateOf(all, strict), text);
}
