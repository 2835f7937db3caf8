import { describe, expect, test } from 'vitest';
import {
  mechanisms,
  parseSaslConfig,
  passwordChecker,
  usesSasldb,
} from '../../../src/postfix/configuration/sasl-config.js';

test('smtpd.conf', () => {
  const config = parseSaslConfig(
    '# mech_list: x\nPwcheck_Method:  saslauthd auxprop \r\nmech_list: plain, LOGIN\nnonsense',
  );
  expect([passwordChecker(config), mechanisms(config)]).toEqual(['saslauthd', ['PLAIN', 'LOGIN']]);
  expect([passwordChecker(new Map()), mechanisms(new Map([['mech_list', ' ']]))]).toEqual(['auxprop', undefined]);
});

describe('smtpd.conf', () => {
  test.each([
    ['', 'auxprop', undefined, true],
    ['pwcheck_method: saslauthd', 'saslauthd', undefined, false],
    ['pwcheck_method: SASLAUTHD auxprop', 'saslauthd', undefined, false],
    ['auxprop_plugin: sql', 'auxprop', undefined, false],
    ['auxprop_plugin: sql, SASLDB', 'auxprop', undefined, true],
    ['auxprop_plugin: sasldb\npwcheck_method: saslauthd', 'saslauthd', undefined, false],
    ['mech_list: plain  LOGIN,cram-md5 ', 'auxprop', ['PLAIN', 'LOGIN', 'CRAM-MD5'], true],
    ['mech_list:', 'auxprop', undefined, true],
    [' mech_list : plain\nmech_list: login', 'auxprop', ['LOGIN'], true],
    ['#mech_list: plain', 'auxprop', undefined, true],
  ])('%j', (text, checker, list, sasldb) => {
    const config = parseSaslConfig(text);
    expect([passwordChecker(config), mechanisms(config), usesSasldb(config)]).toEqual([checker, list, sasldb]);
  });
});
