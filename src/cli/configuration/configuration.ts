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
  /** The value of each option: that of `[name]`, or else that of `[defaults]`, or else the default of `convert`. */
  readonly options: ConvertOptions;
  readonly outputs: readonly [ConfiguredOutput, ...ConfiguredOutput[]];
}

/** An output of a keystore: `[[name.to]]`. */
export interface ConfiguredOutput {
  readonly line: number;
  /** The file, or the directory if the layout or `split` writes several files. */
  readonly path: string;
  /** The options of this output, and the options of the keystore that apply to it. */
  readonly options: ConvertOptions;
  /** The server that uses the output. */
  readonly probe?: ServerAddress;
}
