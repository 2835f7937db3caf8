import type { ExaminedGroup, PemExamination } from '../../pem/examine.js';
import type { PemFinding } from '../../pem/finding.js';
import { certificateJson } from '../json.js';
import { printable } from '../terminal/printable.js';
import type { InstalledPem } from './installed-pem.js';
import type { KeystoreComparison } from './keystore-comparison.js';

/** All that was found out about one PEM file. */
export interface Verification extends PemExamination {
  readonly path: string;
  readonly installed: InstalledPem;
  readonly keystore?: KeystoreComparison & { readonly path: string };
  readonly findings: readonly PemFinding[];
  /** Whether it is as it should be, by the measure that was asked for. */
  readonly ok: boolean;
}

/** What `verify --json` prints. `daysLeft` is that of the certificate that expires first. */
export function verificationJson({ ok, path, installed, groups, findings, keystore }: Verification) {
  return {
    ok,
    path,
    file: { path: installed.keyFile, mode: octal(installed.mode), owner: installed.owner, group: installed.group },
    daysLeft: daysLeft(groups) ?? null,
    groups: groups.map(({ key, hasKey, encrypted, certificates, anchor, daysLeft: days }) => ({
      key: hasKey ? { algorithm: key?.algorithm ?? null, encrypted } : null,
      chain: certificates.map(certificateJson),
      anchor: anchor ? certificateJson(anchor) : null,
      daysLeft: days ?? null,
    })),
    keystore: keystore ? { path: keystore.path, aliases: keystore.aliases, same: keystore.same } : null,
    findings,
  };
}

/** What `verify` prints: the verdict first, then what the file holds, then what is wrong with it. */
export function describeVerification(result: Verification): string {
  const { ok, path, installed, groups, keystore, findings } = result;
  const days = daysLeft(groups);
  const left = days === undefined ? '' : days < 0 ? ', expired' : `, ${days} days left`;
  const lines = [`${printable(path)}: ${ok ? 'right' : 'wrong'}${left}`];
  lines.push(`  mode ${octal(installed.mode)}, owner ${installed.owner}:${installed.group}`);
  for (const group of groups) lines.push(...describeGroup(group));
  if (keystore?.same)
    lines.push(`  same as "${keystore.aliases.map(printable).join('", "')}" of ${printable(keystore.path)}`);
  for (const { severity, message } of findings) lines.push(`  ${severity}: ${printable(message)}`);
  return `${lines.join('\n')}\n`;
}

function describeGroup({ key, hasKey, encrypted, certificates, anchor }: ExaminedGroup): string[] {
  const kind = key ? `${key.algorithm} key` : 'key';
  const lines = [hasKey ? `  ${kind}${encrypted ? ', encrypted' : ''}` : '  no key'];
  for (const { subject, notBefore, notAfter } of certificates)
    lines.push(`  ${printable(subject)}, ${day(notBefore)} to ${day(notAfter)}`);
  if (anchor) lines.push(`  up to the root ${printable(anchor.subject)}`);
  return lines;
}

function daysLeft(groups: readonly ExaminedGroup[]): number | undefined {
  const all = groups.flatMap(({ daysLeft: days }) => (days === undefined ? [] : [days]));
  return all.length === 0 ? undefined : Math.min(...all);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
