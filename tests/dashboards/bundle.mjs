// Makes one script of page.mjs and Grafana's components. Packages that the overrides of package.json leave out are empty.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const leftOut = Object.keys(JSON.parse(readFileSync(join(here, 'package.json'))).overrides);

const panelsAlone = {
  name: 'panels-alone',
  setup({ onResolve, onLoad }) {
    // Components are taken one by one: the package's own entrance has all of them, editors and maps among them.
    onResolve({ filter: /^@grafana\/ui\/dist\// }, ({ path }) => ({ path: join(here, 'node_modules', path) }));
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      leftOut.some((name) => path === name || path.startsWith(`${name}/`)) ? { path, namespace: 'left-out' } : undefined);
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }));
  },
};

await build({
  entryPoints: [join(here, 'page.mjs')], outfile: process.argv[2], bundle: true, format: 'iife', minify: true, logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' }, loader: { '.svg': 'text', '.css': 'empty' }, plugins: [panelsAlone],
});
