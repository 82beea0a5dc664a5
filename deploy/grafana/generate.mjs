// Writes dashboards and Grafana's alert rules from their source. Usage: tests/scripts/dashboards generate

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { converted } from './src/alerts.mjs';
import emergencies from './src/emergencies.mjs';
import engine from './src/engine.mjs';
import objectives from './src/objectives.mjs';
import overview from './src/overview.mjs';

const [folder, packages] = process.argv.slice(2);
const write = (path, text) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

for (const dashboard of [overview, objectives, engine, emergencies]) {
  write(`dashboards/${dashboard.uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`);
}

const YAML = createRequire(join(packages, 'x'))('yaml');
const rules = join(dirname(fileURLToPath(import.meta.url)), '../prometheus/rules');
const groups = readdirSync(rules).sort().flatMap((file) => YAML.parse(readFileSync(join(rules, file), 'utf8')).groups);
write('provisioning/alerting/rules.yaml', `# The alerts of deploy/prometheus as rules of Grafana's own alerting, for those who have no Alertmanager.
# Made from there by \`tests/scripts/dashboards generate\`: change them there. Recording rules stay in Prometheus.
# 由 deploy/prometheus 的告警规则生成，供只用 Grafana 告警的用户使用。
${YAML.stringify(converted(groups), { lineWidth: 0, aliasDuplicateObjects: false })}`);
