// Checks an AsyncAPI document by the official parser, and tells what it says: each diagnostic on a line, then what is in it.
// Usage: node check.mjs DOCUMENT
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';

const path = resolve(process.argv[2]);
const { document, diagnostics } = await new Parser().parse(await readFile(path, 'utf8'), { source: path });
const words = ['error', 'warning', 'information', 'hint'];
for (const { severity, code, message, path: place } of diagnostics) {
  console.log(JSON.stringify({ severity: words[severity], code, message, place: place.join('/') }));
}
if (!document) process.exit(1);
const channels = document.channels().all().map((channel) => ({
  address: channel.address(),
  messages: channel.messages().all().map((message) => message.id()).sort(),
}));
console.log(JSON.stringify({ channels, operations: document.operations().all().map((operation) => operation.id()) }));
