import { shellWord } from '../../bytes/shell-word.js';
import type { Change } from '../configuration/change.js';
import type { SharedSite } from '../configuration/site.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { ConfiguredChain } from '../pem/configured-chain.js';
import type { Draft } from './rule.js';

/** Returns the command that writes a PEM file again from the keystore and reloads Postfix; undefined if the keystore is unknown. */
export function rebuildCommand(site: SharedSite, path: string): Change | undefined {
  const { keystore } = site.options;
  if (keystore === undefined) return undefined;
  const reload = `postfix${site.configDirectory === '/etc/postfix' ? '' : ` -c ${shellWord(site.configDirectory)}`} reload`;
  return {
    kind: 'command',
    line: `jks2pem ${shellWord(keystore)} -o ${shellWord(path)} && ${reload}`,
    effect: { path, rebuilt: true },
  };
}

/** Returns advice with the command of {@link rebuildCommand}, in which the reader inserts the keystore. */
function rebuildAdvice(path: string): string {
  return `rebuild it from the keystore (jks2pem KEYSTORE -o ${shellWord(path)}), then run postfix reload`;
}

/**
 * Returns advice to write a file again from the keystore and, if possible, the command that does so. The advice is printed if there is no
 * command, or if a trial shows that the command is not safe (see {@link Draft.advice}). There is a command only if the keystore is known,
 * the path is absolute, and the chain has no second file: with several files, jks2pem would write the key into a file for certificates,
 * which other users may read, or all keys into one file.
 */
export function rebuildFile(
  service: SmtpdService,
  chain: ConfiguredChain,
  path: string,
): Pick<Draft, 'changes' | 'advice'> {
  const isOnlyFile = chain.files.length === 1;
  const command = isOnlyFile && path.startsWith('/') ? rebuildCommand(service.site, path) : undefined;
  const objects = chain.files.find((file) => file.path === path)?.objects ?? [];
  const hasBoth = (['key', 'certificate'] as const).every((kind) => objects.some((object) => object.kind === kind));
  if (isOnlyFile || hasBoth) return { ...(command && { changes: [command] }), advice: rebuildAdvice(path) };
  const advice =
    'write the key and the certificates anew, each into its own file (jks2pem KEYSTORE --only key, jks2pem KEYSTORE --only chain), then run postfix reload';
  return { advice };
}
