import { authBeforeTls } from './auth-before-tls.js';
import { clientCertificateRules } from './client-certificates.js';
import { destinationRules } from './destinations.js';
import { masterRules, weakerOverride } from './master-cf.js';
import { networkRules } from './networks.js';
import { outgoingRules } from './outgoing-tls.js';
import { certificateRules } from './pem-certificates.js';
import { pemFileRules } from './pem-file.js';
import { pemKeyRules } from './pem-key.js';
import { relayRules } from './relay.js';
import type { Rule } from './rule.js';
import { saslActivationRules } from './sasl-activation.js';
import { saslMechanismRules } from './sasl-mechanisms.js';
import { saslSocketRules } from './sasl-socket.js';
import { invalidHostName } from './server-host-name.js';
import { serverNameRules } from './server-names.js';
import { tlsRules } from './tls-activation.js';
import { handshakeRules } from './tls-handshake.js';
import { parameterRules } from './unused-or-outdated-parameters.js';

/** This rule has no function that examines an installation, because the comparison needs the keystore: see compare-with-store.ts. */
export const keystoreRule: Rule = {
  id: 'P09',
  severity: 'warning',
  what: 'The keystore has another certificate than the server sends, or more of its chain',
  why: 'The keystore was renewed and the PEM file was not rebuilt, or a cross certificate is missing that clients with older roots need (OpenSSL: error 20). Needs --keystore.',
  document: 'TLS_README, "Creating the server certificate file"',
};

/** All rules, in the order of their identifiers. */
export const catalogue: readonly Rule[] = [
  ...tlsRules,
  ...handshakeRules,
  ...parameterRules,
  invalidHostName,
  ...pemFileRules,
  ...pemKeyRules,
  ...certificateRules,
  keystoreRule,
  ...serverNameRules,
  ...saslActivationRules,
  authBeforeTls,
  ...saslMechanismRules,
  ...saslSocketRules,
  ...relayRules,
  ...destinationRules,
  ...clientCertificateRules,
  ...networkRules,
  ...outgoingRules,
  ...masterRules,
  weakerOverride,
].sort((a, b) => (a.id < b.id ? -1 : 1));
