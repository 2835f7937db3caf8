import type { ServerAddress } from '../../probe/server-address.js';
import type { ConvertOptions } from '../convert/options.js';

/** What a configuration file says. */
export interface Configuration {
  /** The file. */
  readonly path: string;
  readonly keystores: readonly ConfiguredKeystore[];
  /** Environment variables that hold passwords: no hook gets them. */
  readonly secretVariables: readonly string[];
}

/** One keystore and everything that is made of it: `[name]`. */
export interface ConfiguredKeystore {
  readonly name: string;
  readonly line: number;
  readonly keystore: string;
  /** What applies to all outputs. */
  readonly options: ConvertOptions;
  readonly outputs: readonly [ConfiguredOutput, ...ConfiguredOutput[]];
}

/** One output of a keystore: `[[name.to]]`. */
export interface ConfiguredOutput {
  readonly line: number;
  /** The file, or the directory of a layout with several files. */
  readonly path: string;
  /** Those of the keystore and its own. */
  readonly options: ConvertOptions;
  /** The server that presents it. */
  readonly probe?: ServerAddress;
}
