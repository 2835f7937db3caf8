/** Ports for users (RFC 6409, RFC 8314): 25 is for servers, and many providers block it. */
export const submissionPort = 587;
export const submissionsPort = 465;
/** Seconds. A server that greets slowly on purpose takes six to ten. */
export const defaultTimeout = 30;
