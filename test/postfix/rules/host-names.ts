const label = 'a'.repeat(63);

/** Values of myhostname with which Postfix starts. */
export const accepted: readonly string[] = [
  'mail.example.com',
  'localhost',
  'ma-il.example.com',
  'mail_1.example.com',
  '_',
  'mail.123',
  '1-2.3',
  '1_2.3',
  `${label}.example.com`,
  [label, label, label, label].join('.'),
];

/** Values of myhostname with which it does not: "bad parameter value". */
export const refused: readonly string[] = [
  '.example.com',
  'mail.example.com.',
  'a..b.example.com',
  '.',
  '-mail.example.com',
  'mail-.example.com',
  'mail.-x.com',
  '192.0.2.1',
  '12',
  '[192.0.2.1]',
  '2001:db8::1',
  'mail.example.com:25',
  'mail example.com',
  'mail.example.com, mx.example.com',
  'm\u00e4il.example.com',
  '$x.example.com',
  `${label}a.example.com`,
  [label, label, label, label, 'b'].join('.'),
];
