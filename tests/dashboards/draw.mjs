// Draws dashboards with Grafana's components from what a Prometheus says.
//
//   node draw.mjs --server URL --from SECONDS --to SECONDS [--scrape SECONDS] [--width PIXELS] [--panels 1,2,5] [--scale 2] [--out FOLDER] DASHBOARD.json …
//
// A line of JSON for each panel: what was asked, whether each query was answered, and what was drawn of it. `--out` keeps the pictures.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { pageOf, withBrowser } from './browser.mjs';
import { panelsOf } from './prometheus.mjs';

const here = new URL('.', import.meta.url).pathname;
const text = { type: 'string' };
const { values: given, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { server: text, from: text, to: text, scrape: text, width: text, panels: text, out: text, scale: text },
});
const [from, to, width] = [Number(given.from), Number(given.to), Number(given.width ?? 1400)];
const scrape = given.scrape ? Number(given.scrape) : undefined;

/** What was drawn, once it stays as it is: of each panel by its id. */
async function settled(evaluate) {
  let before;
  for (const begun = Date.now(); Date.now() - begun < 30_000; ) {
    const drawn = await evaluate('duly.whatWasDrawn()');
    const now = JSON.stringify(drawn);
    if (now === before && drawn.every(({ text }) => text.includes('\n'))) return new Map(drawn.map((one) => [one.id, one]));
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  // What is missing then is told of each panel.
  return new Map(JSON.parse(before).map((one) => [one.id, one]));
}

await withBrowser(async (send) => {
  for (const file of files) {
    const dashboard = JSON.parse(readFileSync(file));
    const chosen = given.panels?.split(',').map(Number);
    const panels = await panelsOf(given.server, dashboard, { from, to, width, scrape });
    const shown = chosen ? panels.filter(({ panel }) => chosen.includes(panel.id)) : panels;
    const lift = Math.min(...shown.map(({ panel }) => panel.gridPos.y));
    for (const { panel } of shown) panel.gridPos.y -= lift;
    const { evaluate, tell } = await pageOf(send, join(here, 'page.html'), 'duly');
    const seen = (height) =>
      tell('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: Number(given.scale ?? 1), mobile: false });
    await seen(1000);
    const asked = { title: dashboard.title, from: from * 1000, to: to * 1000, width, panels: shown };
    const height = await evaluate(`duly.drawDashboard(${JSON.stringify(asked)})`);
    // What lies below the window's edge is not drawn.
    await seen(Math.ceil(height));
    const drawn = await settled(evaluate);
    for (const { panel, answered } of shown.filter(({ panel }) => panel.targets)) {
      const { text, ink } = drawn.get(panel.id) ?? { text: '', ink: 0 };
      console.log(JSON.stringify({ dashboard: dashboard.uid, panel: panel.title, kind: panel.type, answered, text, ink }));
    }
    if (given.out) {
      mkdirSync(given.out, { recursive: true });
      const { data } = await tell('Page.captureScreenshot', { format: 'png', clip: { x: 0, y: 0, width, height, scale: 1 } });
      writeFileSync(join(given.out, `${dashboard.uid}.png`), Buffer.from(data, 'base64'));
    }
  }
});
