/** `error`: mail, authentication or security breaks. `warning`: it works for some. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';
