import type { PathInFile } from '../../errors.js';
import { quoted } from './messages.js';

/**
 * An entry, or a certificate in it, as text for messages. A truststore has thousands of entries; therefore the text is formatted only when
 * a message needs it.
 */
export class EntryPath implements PathInFile {
  /**
   * @param index number of the entry, from 0 on
   * @param alias undefined if it has not been read yet
   * @param certificate number of the certificate, from 0 on; -1 for the entry itself
   */
  constructor(
    private readonly index: number,
    private readonly alias: string | undefined,
    private readonly certificate: number,
  ) {}

  toString(): string {
    const alias = this.alias === undefined ? '' : ` ${quoted(this.alias)}`;
    const certificate = this.certificate < 0 ? '' : `, certificate ${this.certificate + 1}`;
    return `entry ${this.index + 1}${alias}${certificate}`;
  }
}
