import { expect, test } from 'vitest';
import { platformOf } from '../../../src/postfix/installation/os-release.js';

test.each([
  ['ID=debian\n', 'debian'],
  ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
  ["ID_LIKE='ubuntu'\n", 'debian'],
  ['ID="rhel"\n', 'redhat'],
  ['ID=fedora\n', 'redhat'],
  ['ID=centos\n', 'redhat'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'redhat'],
  ['NAME=FreeBSD\nID=freebsd\n', 'freebsd'],
  ['NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\n', 'alpine'],
  ['ID=arch\n', undefined],
  ['NAME=debian\nVARIANT_ID=debian\n', undefined],
  ['ID=notdebian\n', undefined],
  ['ID=fedoralike\n', undefined],
  ['', undefined],
])('%j is %s', (text, platform) => expect(platformOf(text)).toBe(platform));
