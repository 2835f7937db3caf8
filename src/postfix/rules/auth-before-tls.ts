import type { Rule } from './rule.js';

export const authBeforeTls: Rule = {
  id: 'A01',
  severity: 'error',
  what: 'AUTH is offered before TLS',
  why: 'Clients that do not insist on TLS send their passwords unencrypted, and nobody notices, even while TLS is broken.',
  document: 'TLS_README, "Supporting AUTH over TLS only"',
  service: (service, others) => {
    const { settings } = service;
    if (!service.offersAuth || service.requiresTls || settings.isYes('smtpd_tls_auth_only') || service.tlsIsAtProxy)
      return [];
    // noplaintext excludes all mechanisms that send the password. If no other mechanism is left, S08 reports it.
    if (settings.list('smtpd_sasl_security_options').includes('noplaintext')) return [];
    const parameter = 'smtpd_tls_auth_only';
    // The administrator has opened this port in addition to one that offers AUTH only inside TLS, for example for a webmail program in
    // another container.
    const isSidePort =
      service.knownPort === undefined && settings.source(parameter) === 'override' && others.protectPasswords;
    return [
      {
        severity: isSidePort ? 'warning' : 'error',
        parameter,
        message: `AUTH is offered before STARTTLS: clients that do not insist on TLS send their passwords unencrypted${isSidePort ? '; harmless only if nobody outside reaches this port' : ', and nobody notices'}`,
        ...(isSidePort ? {} : { changes: [service.set(parameter, 'yes')] }),
        advice: `set ${parameter} = yes`,
      },
    ];
  },
};
