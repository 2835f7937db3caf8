import { readFile } from 'node:fs/promises';
import { toPem } from 'jks-js';

const { key, cert } = toPem(await readFile('client.p12'), 'changeit').client;
const ca = Object.values(toPem(await readFile('clients.jks'), 'changeit')).map((entry) => entry.ca);
const ssl = { key, cert, ca };
// const kafka = new Kafka({ brokers: ['kafka.example.com:9093'], ssl });
console.log(Object.keys(ssl).join(', '));
