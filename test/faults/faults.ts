import { cipherFaults } from './cipher-faults.js';
import type { Fault } from './fault.js';
import { keyDerivationFaults } from './key-derivation-faults.js';
import { keyFaults } from './key-faults.js';

/** Every one of them must be seen by a test. */
export const faults: readonly Fault[] = [...keyDerivationFaults, ...cipherFaults, ...keyFaults];
