// Every rule finds what it is for in a dashboard that is spoilt, and nothing in the one before.
// Usage: DASHBOARD=path node --test rules.test.mjs

import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { lint, RULES } from './rules.mjs';

const good = () => JSON.parse(readFileSync(process.env.DASHBOARD));
const variable = ({ templating }, wanted) => templating.list.find(({ name }) => name === wanted);
const first = ({ panels }) => panels.find(({ targets }) => targets);
const asks = (expr) => (dashboard) => { first(dashboard).targets[0].expr = expr; };
const HERE = 'job=~"$job", instance=~"$instance"';

const SPOILT = {
  'template-datasource-rule': (dashboard) => { variable(dashboard, 'datasource').name = 'ds'; },
  'template-job-rule': (dashboard) => { variable(dashboard, 'job').multi = false; },
  'template-instance-rule': (dashboard) => { variable(dashboard, 'instance').label = 'Host'; },
  'template-label-promql-rule': (dashboard) => { variable(dashboard, 'job').query = 'label_values(duly_ready{, job)'; },
  'template-on-time-change-reload-rule': (dashboard) => { variable(dashboard, 'job').refresh = 1; },
  'panel-datasource-rule': (dashboard) => { first(dashboard).datasource = { type: 'prometheus', uid: 'mine' }; },
  'panel-title-description-rule': (dashboard) => { first(dashboard).description = ''; },
  'panel-units-rule': (dashboard) => { first(dashboard).fieldConfig.defaults.unit = 'bushels'; },
  'panel-no-targets-rule': (dashboard) => { first(dashboard).targets = []; },
  'target-logql-rule': (dashboard) => { first(dashboard).targets[0].datasource = { type: 'loki', uid: 'logs' }; },
  'target-logql-auto-rule': (dashboard) => { first(dashboard).targets[0].datasource = { type: 'loki', uid: 'logs' }; },
  'target-promql-rule': asks(`sum(duly_ready{${HERE}}`),
  'target-rate-interval-rule': asks(`rate(duly_turns_total{${HERE}}[5m])`),
  'target-job-rule': asks('duly_ready{instance=~"$instance"}'),
  'target-instance-rule': asks('duly_ready{job=~"$job"}'),
  'target-counter-agg-rule': asks(`sum(duly_turns_total{${HERE}})`),
  'uneditable-dashboard': (dashboard) => { dashboard.editable = true; },
};

test('there are seventeen rules, and each has its example', () => {
  assert.strictEqual(Object.keys(RULES).length, 17);
  assert.deepStrictEqual(Object.keys(SPOILT), Object.keys(RULES));
});

test('what is as it should be has nothing wrong', () => assert.deepStrictEqual(lint(good()), []));

for (const [rule, spoil] of Object.entries(SPOILT)) {
  test(`${rule} finds what it is for`, () => {
    const dashboard = good();
    spoil(dashboard);
    assert.notDeepStrictEqual(RULES[rule](dashboard), []);
  });
}
