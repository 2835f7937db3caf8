import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { toPem } from 'jks-js';

const { client } = toPem(await readFile('client.p12'), 'changeit');
const options = { ...client, ca: await readFile('root.pem'), servername: 'mail.example.com', port: 8443 };
get('https://localhost', options, (response) => response.pipe(process.stdout));
