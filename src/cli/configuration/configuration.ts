import type { ServerAddress } from '../../probe/server-address.js';
import type { ConvertOptions } from '../convert/options.js';

/** The content of a configuration file. */
export interface Configuration {
  /** The path of the file. */
  readonly path: string;
  readonly keystores: readonly ConfiguredKeystore[];
  /** Environment variables that contain passwords. They are not passed to hooks. */
  readonly secretVariables: readonly string[];
}

/** A keystore with its outputs: `[name]`. */
export interface ConfiguredKeystore {
  readonly name: string;
  readonly line: number;
  readonly keystore: string;
  /** The options that apply to all outputs. */
  readonly options: ConvertOptions;
  readonly outputs: readonly [ConfiguredOutput, ...ConfiguredOutput[]];
}

/** An output of a keystore: `[[name.to]]`. */
export interface ConfiguredOutput {
  readonly line: number;
  /** The file, or the directory of a layout with several files. */
  readonly path: string;
  /** The options of the keystore together with those of this output. */
  readonly options: ConvertOptions;
  /** The server that uses the output. */
  readonly probe?: ServerAddress;
}
