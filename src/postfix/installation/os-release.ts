import type { Platform } from './installation.js';

/**
 * Returns the family of an operating system; undefined if it belongs to none of the families.
 * @param release the text of /etc/os-release (os-release(5)), in which a derived distribution names its family as ID_LIKE
 */
export function platformOf(release: string): Platform | undefined {
  const names = [...release.matchAll(/^ID(?:_LIKE)?=["']?([^"'\n]*)/gm)].flatMap(([, value = '']) =>
    value.split(/\s+/),
  );
  if (names.includes('debian') || names.includes('ubuntu')) return 'debian';
  if (names.some((name) => /^(rhel|fedora|centos)$/.test(name))) return 'redhat';
  return (['freebsd', 'alpine'] as const).find((name) => names.includes(name));
}
