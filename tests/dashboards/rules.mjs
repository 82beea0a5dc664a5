// The rules of grafana/dashboard-linter, by their names there: what each finds wrong with a dashboard, as texts.

import { readFileSync } from 'node:fs';

import { parser } from '@prometheus-io/lezer-promql';
import { filled } from './prometheus.mjs';

const SOURCES = ['$datasource', '${datasource}'];
// Read, not imported: the package needs what the overrides of package.json leave out.
const CATEGORIES = readFileSync(new URL('./node_modules/@grafana/data/dist/esm/valueFormats/categories.mjs', import.meta.url), 'utf8');
const UNITS = new Set([...CATEGORIES.matchAll(/\bid: "([^"]+)"/g)].map(([, id]) => id));
/** Kinds of panels that show values, and so need queries and a unit. */
const SHOWS = new Set(['stat', 'table', 'timeseries', 'gauge', 'bargauge']);

// Durations and values that stand for Grafana's variables while a query is parsed.
const RATE_INTERVAL = '13m';
const variablesOf = ({ templating }) => ({
  __rate_interval: RATE_INTERVAL, __interval: '17m', __range: '19m', ...Object.fromEntries(templating.list.map(({ name }) => [name, name])),
});

const panels = (dashboard) => dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).filter(({ type }) => type !== 'row');
const variables = (dashboard, type) => dashboard.templating.list.filter((variable) => variable.type === type);
const ofPanels = (check) => (dashboard) => panels(dashboard).flatMap((panel) => check(panel, dashboard).map((what) => `${panel.title}: ${what}`));
const ofTargets = (check) => ofPanels((panel, dashboard) =>
  (panel.targets ?? []).flatMap((target) => check(target, dashboard, panel).map((what) => `${target.refId}: ${what}`)));
const unless = (holds, what) => (holds ? [] : [what]);

/** The nodes of a query's tree, each with those above it, the closest last; and whether it is PromQL. */
function parsed(expr, dashboard) {
  const text = filled(expr, variablesOf(dashboard));
  const nodes = [], above = [];
  let isValid = text.trim() !== '';
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      isValid &&= !type.isError;
      const node = { name, text: text.slice(from, to), above: [...above] };
      nodes.push(node);
      above.push(node);
    },
    leave: () => above.pop(),
  });
  return { isValid, nodes };
}

/** What holds of every PromQL query that can be read; one that can not is told by a rule of its own. */
const ofQueries = (check) => ofTargets((target, dashboard, panel) => {
  const { isValid, nodes } = parsed(target.expr ?? '', dashboard);
  return isValid ? check(nodes, target, panel) : [];
});

const isTemplated = (name, label) => (dashboard) => {
  const variable = dashboard.templating.list.find((variable) => variable.name === name);
  if (!variable) return [`there is no variable ${name}`];
  return [
    ...unless(SOURCES.includes(variable.datasource?.uid), `${name} is not asked of $datasource`),
    ...unless(variable.type === 'query', `${name} is no query`),
    ...unless(variable.label === label, `${name} is not labelled ${label}`),
    ...unless(variable.multi === true, `of ${name} only one value can be chosen`),
    ...unless(variable.allValue === '.+', `all of ${name} is not .+`),
  ];
};

const matches = (name) => ofQueries((nodes) => nodes.filter((node) => node.name === 'VectorSelector').flatMap(({ text }) =>
  unless(text.includes(`${name}=~"${name}"`), `${text} does not select by $${name}`)));

/** The function that is given a range of a selector. */
const callOf = ({ above }) => above.findLast(({ name }) => name === 'FunctionCall')?.text.match(/^\w+/)[0];

export const RULES = {
  'template-datasource-rule': (dashboard) => {
    const sources = variables(dashboard, 'datasource');
    return [
      ...unless(sources.length === 1, 'there is not one variable of the kind datasource'),
      ...sources.flatMap(({ name, label }) => [
        ...unless(['datasource', 'prometheus_datasource'].includes(name), `the data source is called ${name}`),
        ...unless(['Data source', 'Prometheus data source'].includes(label), `the data source is labelled ${label}`),
      ]),
    ];
  },
  'template-job-rule': isTemplated('job', 'Job'),
  'template-instance-rule': isTemplated('instance', 'Instance'),
  'template-label-promql-rule': (dashboard) => variables(dashboard, 'query').flatMap(({ name, query }) => {
    const [, call, inside] = /^(label_names|label_values|metrics|query_result)\((.+)\)$/.exec(query.query ?? query) ?? [];
    if (!call) return [`${name} is no query for labels`];
    return unless(parsed(call === 'label_values' ? inside.replace(/,\s*\w+$/, '') : inside, dashboard).isValid, `${name} is no PromQL`);
  }),
  'template-on-time-change-reload-rule': (dashboard) =>
    variables(dashboard, 'query').flatMap(({ name, refresh }) => unless(refresh === 2, `${name} is not asked again when the time changes`)),
  'panel-datasource-rule': ofPanels(({ datasource }) => unless(SOURCES.includes(datasource?.uid), 'it does not use $datasource')),
  'panel-title-description-rule': ofPanels(({ title, description }) => unless(title && description, 'it has no title or no description')),
  'panel-units-rule': ofPanels(({ type, fieldConfig }) => {
    const overrides = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties).filter(({ id }) => id === 'unit');
    const units = [fieldConfig?.defaults.unit, ...overrides.map(({ value }) => value)];
    return SHOWS.has(type) ? units.flatMap((unit) => unless(UNITS.has(unit), `${unit} is no unit`)) : [];
  }),
  'panel-no-targets-rule': ofPanels(({ type, targets }) => unless(!SHOWS.has(type) || targets?.length > 0, 'it asks nothing')),
  'target-logql-rule': ofTargets(({ datasource }) => unless(datasource?.type !== 'loki', 'it asks Loki, which Duly has nothing in')),
  'target-logql-auto-rule': ofTargets(({ datasource, expr }) =>
    unless(datasource?.type !== 'loki' || expr.includes('[$__auto]'), 'a range is not [$__auto]')),
  'target-promql-rule': ofTargets(({ expr }, dashboard) => unless(parsed(expr ?? '', dashboard).isValid, `${expr} is no PromQL`)),
  'target-rate-interval-rule': ofQueries((nodes) => nodes.filter(({ name }) => name === 'MatrixSelector').flatMap((node) =>
    unless(!['rate', 'irate'].includes(callOf(node)) || node.text.endsWith(`[${RATE_INTERVAL}]`), `${node.text} has not $__rate_interval`))),
  'target-job-rule': matches('job'),
  'target-instance-rule': matches('instance'),
  'target-counter-agg-rule': ofQueries((nodes) => nodes.filter(({ name, text }) => name === 'VectorSelector' && /^\w+_total\b/.test(text)).flatMap((node) =>
    unless(node.above.at(-1)?.name === 'MatrixSelector' && ['rate', 'irate', 'increase'].includes(callOf(node)), `${node.text} is a counter, shown as it is`))),
  'uneditable-dashboard': ({ editable }) => unless(editable === false, 'it can be edited'),
};

/** What all rules find wrong with a dashboard. */
export const lint = (dashboard) =>
  Object.entries(RULES).flatMap(([rule, check]) => check(dashboard).map((what) => `${dashboard.title}: ${rule}: ${what}`));
