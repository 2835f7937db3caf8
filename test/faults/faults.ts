import { bouncyCastleFaults } from './bouncy-castle-faults.js';
import { cipherFaults } from './cipher-faults.js';
import type { Fault } from './fault.js';
import { keyDerivationFaults } from './key-derivation-faults.js';
import { keyFaults } from './key-faults.js';
import { pkcs12EntryFaults } from './pkcs12-entry-faults.js';
import { pkcs12Faults } from './pkcs12-faults.js';
import { storeFaults } from './store-faults.js';
import { sunStoreFaults } from './sun-store-faults.js';

/** Every one of them must be seen by a test. */
export const faults: readonly Fault[] = [
  ...keyDerivationFaults,
  ...cipherFaults,
  ...keyFaults,
  ...storeFaults,
  ...sunStoreFaults,
  ...pkcs12Faults,
  ...pkcs12EntryFaults,
  ...bouncyCastleFaults,
];
