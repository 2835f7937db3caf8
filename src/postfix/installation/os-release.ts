import type { Platform } from './installation.js';

/**
 * Returns the family of an operating system, which determines where its packages look for smtpd.conf.
 * @param release the text of os-release(5). A system that is not one of these families may name the one that it is like in ID_LIKE.
 */
export function platformOf(release: string): Platform | undefined {
  const names = [...release.matchAll(/^ID(?:_LIKE)?=["']?([^"'\n]*)/gm)].flatMap(([, value = '']) =>
    value.split(/\s+/),
  );
  if (names.includes('debian') || names.includes('ubuntu')) return 'debian';
  if (names.some((name) => /^(rhel|fedora|centos)$/.test(name))) return 'redhat';
  return (['freebsd', 'alpine'] as const).find((name) => names.includes(name));
}
