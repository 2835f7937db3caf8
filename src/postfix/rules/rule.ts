import type { Site } from '../configuration/site.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';

/** Something to look at once for every smtpd service. */
export type ServiceRule = (service: SmtpdService) => Finding[];

/** Something to look at once. */
export type SiteRule = (site: Site) => Finding[];
