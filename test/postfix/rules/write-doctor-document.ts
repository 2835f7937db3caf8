/** Writes docs/doctor.md: npm run docs:doctor. */
import { writeFileSync } from 'node:fs';
import { doctorDocument } from './doctor-document.js';

writeFileSync('docs/doctor.md', doctorDocument());
