import type { Finding } from '../finding.js';
import type { Site } from '../site.js';
import type { SmtpdService } from '../smtpd-service.js';

/** Something to look at once for every smtpd service. */
export type ServiceRule = (service: SmtpdService) => Finding[];

/** Something to look at once. */
export type SiteRule = (site: Site) => Finding[];
