// Holds dashboards against the rules. Usage: node lint.mjs DASHBOARD.json …

import { readFileSync } from 'node:fs';

import { lint } from './rules.mjs';

const found = process.argv.slice(2).flatMap((path) => lint(JSON.parse(readFileSync(path))));
for (const what of found) console.log(what);
process.exitCode = found.length ? 1 : 0;
