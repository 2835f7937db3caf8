#!/usr/bin/env node
import { createRequire } from 'node:module';

const { nodeHost, run } = createRequire(import.meta.url)('../dist/command/main.cjs');
process.exitCode = await run(process.argv.slice(2), nodeHost());
