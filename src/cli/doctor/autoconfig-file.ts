import { Transaction } from '../../deploy/transaction.js';
import { autoconfigXml } from '../../postfix/clients/autoconfig.js';
import type { MailClientSettings } from '../../postfix/clients/mail-client-settings.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';

/** Mode of a new file. A web server must be able to read it. */
const mode = 0o644;

/**
 * Writes the settings as Thunderbird's autoconfiguration file, unless the file has this content already.
 * @param settings those of the services through which users can send mail; if there are none, only a warning is printed
 */
export async function writeAutoconfig(
  path: string,
  settings: readonly MailClientSettings[],
  report: Report,
  host: Host,
): Promise<void> {
  const [first, ...more] = settings;
  if (first === undefined) {
    report.warning(`${path} is not written: there is no service that users can send mail through`);
    return;
  }
  const content = Buffer.from(autoconfigXml([first, ...more]));
  const transaction = new Transaction({
    user: host.userId(),
    isAllOrNothing: true,
    onWait: (message) => report.say(message),
    onUnsafe: (message) => report.warning(message),
  });
  try {
    await transaction.put(path, path, { content, holdsKey: false, defaultMode: mode });
    await transaction.commit();
    const isNew = transaction.changes.length > 0;
    report.say(isNew ? `wrote ${path} for addresses @${first.domain}` : `${path} is up to date`);
    if (isNew && first.isDomainGuessed) report.hint(`if users have addresses of another domain, give it with --domain`);
  } finally {
    transaction.close();
  }
}
