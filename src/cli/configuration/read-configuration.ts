import { resolve } from 'node:path';
import { readableByGroupOrOthers } from '../../bytes/file-mode.js';
import { readTrustedFile, type TrustedFile, UntrustedFileError } from '../../deploy/directory/trusted-file.js';
import { realPlace } from '../../deploy/existing-file.js';
import { isWindows } from '../../deploy/windows.js';
import { OutputError } from '../../errors.js';
import { ConfigurationError, InputError, UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import type { Configuration } from './configuration.js';
import { requireDistinctOutputs, requireNoInput } from './distinct-outputs.js';
import { interpretConfiguration } from './interpret-configuration.js';

/** Default of `--config`, except on Windows. */
export const usualConfiguration = '/etc/jks2pem.toml';

/**
 * Reads the configuration file.
 * @throws {UsageError} on Windows, if no file is given
 * @throws {ConfigurationError} if the content is invalid, or another user can change the file
 * @throws {InputError} if the file does not exist, or cannot be read
 */
export async function readConfiguration(given: string | undefined, host: Host): Promise<Configuration> {
  // On Windows there is no default path: every user may create a directory at the root of a drive, and the file contains commands to run.
  if (given === undefined && isWindows)
    throw new UsageError('there is no default configuration file on Windows', '--config FILE names it');
  const path = resolve(given ?? usualConfiguration);
  const file = readFile(path, host);
  if (file === undefined) {
    const hint = 'jks2pem renew --help shows how to write one; --config FILE names another file';
    throw new InputError(`${path}: no such file`, hint);
  }
  try {
    const text = decode(file.content);
    const isReadable = (file.mode & readableByGroupOrOthers) !== 0;
    const configuration = await interpretConfiguration(text, path, isReadable);
    requireDistinctOutputs(configuration.keystores, realPlace);
    requireNoInput(configuration, realPlace);
    return configuration;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error.in(path);
    throw error;
  }
}

function readFile(path: string, host: Host): TrustedFile | undefined {
  try {
    return readTrustedFile(path, host.userId());
  } catch (error) {
    if (error instanceof UntrustedFileError) throw new ConfigurationError(error.message, undefined, error.hint);
    // The functions of src/deploy throw an OutputError, but the configuration is an input.
    if (error instanceof OutputError) throw new InputError(error.message, error.hint, { cause: error });
    throw error;
  }
}

function decode(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new ConfigurationError('not UTF-8', undefined, 'save the file as UTF-8, which TOML requires');
  }
}
