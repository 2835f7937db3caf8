import type { EntriesConversionResult } from '../../convert/convert-entries.js';
import type { TrustedConversionResult } from '../../convert/convert-trusted.js';
import { toBundleWith, toCertificateFile } from '../../pem/bundle.js';
import type { OutputFile } from './output-files.js';
import type { SplitNames } from './split-names.js';

/** The files of a truststore: a certificate each, as update-ca-certificates(8) takes them. */
export function trustedFiles({ entries }: Pick<TrustedConversionResult, 'entries'>, names: SplitNames): OutputFile[] {
  return entries.map(({ alias, certificate }) => {
    const content = toCertificateFile([certificate]);
    return { name: names.nameFor(alias, '.crt'), content, isSecret: false };
  });
}

/** The files of a keystore: a bundle for each private key, and a certificate each. */
export function entryFiles({ groups, trusted }: EntriesConversionResult, names: SplitNames): OutputFile[] {
  const bundles = groups.map(({ alias, keyPem, path }) => {
    return { name: names.nameFor(alias, '.pem'), content: toBundleWith(keyPem, path), isSecret: true };
  });
  return [...bundles, ...trustedFiles({ entries: trusted }, names)];
}
