import { shellWord } from '../../bytes/shell-word.js';
import type { Change } from '../configuration/change.js';
import type { SharedSite } from '../configuration/site.js';

/** Returns the command that writes a PEM file again from the keystore; undefined if the keystore is unknown. */
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

/** Returns the same command as advice, in which the reader inserts the keystore. */
export function rebuildAdvice(path: string): string {
  return `rebuild it from the keystore (jks2pem KEYSTORE -o ${shellWord(path)}), then run postfix reload`;
}
