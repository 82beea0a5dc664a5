// For service managers: what emergencies do to promises, and what broken promises cost.

import { highest, increase, max, most, of, orNone, STEP, sum } from './promql.mjs';
import { bars, course, dashboard, none, plain, row, section, stat, wide } from './panels.mjs';

const count = { unit: 'locale', decimals: 0 };
const inForce = max(of('duly_emergencies'), 'kind');

export default dashboard({
  uid: 'duly-emergencies', title: 'Duly / Emergencies and remedies', from: 'now-30d', refresh: '1m',
  description: 'What emergencies do to promises, what is owed for broken ones, and who was told.',
  sections: [
    section('',
      row(4,
        wide(4, stat('Emergencies in force', 'Emergencies that stop or lengthen clocks now.', [[sum(inForce)]], { ...count, thresholds: none })),
        wide(4, stat('Paused clocks', 'Clocks that stand still now, because of an emergency or because somebody else has to act.', [[sum(of('duly_clocks', 'state=~"paused.*"'))]], count)),
        wide(4, stat('Remedies overdue', 'Remedies and tasks (investigations, claims, corrective actions) past their deadline and not done.', [[sum(of('duly_remedies_overdue'))]], { ...count, thresholds: none })),
        wide(4, stat('Investigations', 'Investigations of feedback that are open.', [[sum(of('duly_investigations_open'))]], count)),
        wide(4, stat('Liability cases', 'Liability cases that are not over.', [[sum(of('duly_cases'))]], count)),
        wide(4, stat('Last step reached', 'Escalations in the chosen time that have nobody above them.', [[sum(increase(of('duly_escalations_total', 'is_last="true"')))]], { ...count, thresholds: none })),
      )),
    section('Emergencies',
      row(9,
        wide(8, course('Emergencies in force', 'Emergencies that stop or lengthen clocks, by kind: the most at once in each step of time.',
          [[`${max(highest(of('duly_emergencies')), 'kind')} > 0`, '{{kind}}']], { ...count, bars: true, stacked: true, interval: '1h' })),
        wide(16, course('Clocks that stand still', 'Paused clocks by objective. An emergency that suspends shows as a rise.',
          [[sum(of('duly_clocks', 'state=~"paused.*"'), 'objective'), '{{objective}}']], { ...count, stacked: true, stepped: true, many: true })),
      )),
    section('What is owed',
      row(8,
        wide(8, bars('Remedies overdue', 'Remedies and tasks (investigations, claims, corrective actions) past their deadline and not done.', [[most(orNone(sum(of('duly_remedies_overdue'), 'remedy'), 'remedy')), '{{remedy}}']], { ...count, thresholds: none })),
        wide(8, course('Remedies overdue in time', 'Remedies and tasks (investigations, claims, corrective actions) past their deadline and not done.',
          [[sum(of('duly_remedies_overdue'), 'remedy'), '{{remedy}}']], { ...count, stacked: true, stepped: true })),
        wide(8, course('Liability cases', 'Cases that are not over: nothing is claimed yet, to be assessed, or to be paid.',
          [[sum(of('duly_cases'), 'state'), '{{state}}']], { ...count, stacked: true, stepped: true })),
      )),
    section('Who was told',
      row(8,
        wide(12, course('Escalations', 'Escalations in each step of time, by the step of the ladder.',
          [[sum(increase(of('duly_escalations_total'), STEP), 'step'), '{{step}}']], { ...count, bars: true, stacked: true, interval: '1d' })),
        wide(12, bars('Notifications', 'Notifications written for people in the chosen time, by what they are about.',
          [[most(`${sum(increase(of('duly_notifications_total')), 'about')} > 0`), '{{about}}']], { ...count, thresholds: plain })),
      )),
  ],
});
