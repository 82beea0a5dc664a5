// For service managers: are promises kept, and what needs somebody now?

import { attainment, decided, increase, max, most, of, orNone, STEP, sum } from './promql.mjs';
import { atLeast, atMost, bars, course, dashboard, none, RATIO, row, section, stat, table, wide } from './panels.mjs';

const open = 'status_class!~"resolved|closed|cancelled|merged"';
const overdue = 'state=~"overdue|paused_overdue"';
const due = (within) => sum(of('duly_clocks_due', `within="${within}"`));

export default dashboard({
  uid: 'duly-overview', title: 'Duly / Overview', from: 'now-7d', refresh: '1m',
  description: 'Are promises kept, and what needs somebody now?',
  sections: [
    section('',
      row(4,
        wide(4, stat('Attainment', 'Of the clocks decided in the chosen time, the part that was met.',
          [[attainment()]], { unit: 'percentunit', decimals: 1, thresholds: atLeast(0.9, 0.95), none: '–' })),
        wide(4, stat('Kept', 'Promises kept in the chosen time, less those taken back.', [[decided('met')]], { unit: 'locale', decimals: 0 })),
        wide(4, stat('Broken', 'Promises broken in the chosen time, less those taken back.', [[decided('breached')]], { unit: 'locale', decimals: 0, thresholds: none })),
        wide(4, stat('Overdue now', 'Clocks past their deadline that nobody has stopped yet.', [[sum(of('duly_clocks', overdue))]], { unit: 'locale', decimals: 0, thresholds: atMost(1, 10) })),
        wide(4, stat('Due within an hour', 'Running clocks whose deadline comes within an hour.', [[due('1h')]], { unit: 'locale', decimals: 0, thresholds: atMost(1, 10) })),
        wide(4, stat('Emergencies in force', 'Emergencies that stop or lengthen clocks now.', [[sum(max(of('duly_emergencies'), 'kind'))]], { unit: 'locale', decimals: 0, thresholds: none })),
      ),
      row(8,
        wide(14, course('Kept and broken', 'Promises decided in each step of time, by how they ended.',
          [[decided('met', { window: STEP }), 'kept'], [decided('breached', { window: STEP }), 'broken']],
          { unit: 'locale', decimals: 0, bars: true, stacked: true, interval: '1h', colors: { kept: 'green', broken: 'red' } })),
        wide(10, course('Attainment', 'The part of the decided clocks that was met, over the day and the week before each instant.',
          [[attainment({ window: '1d' }), 'a day'], [attainment({ window: '7d' }), 'a week']],
          { ...RATIO, colors: { 'a day': 'light-blue', 'a week': 'dark-blue' } })),
      )),
    section('What needs somebody now',
      row(8,
        wide(8, course('Deadlines that come', 'Running clocks by when they are due. Whoever is in the first line has a quarter of an hour.',
          ['15m', '1h', '4h', '1d'].map((within) => [due(within), `within ${within}`]), { unit: 'locale', decimals: 0, stepped: true, colors: { 'within 15m': 'red', 'within 1h': 'orange', 'within 4h': 'blue', 'within 1d': 'green' } })),
        wide(8, course('Overdue', 'Clocks past their deadline that nobody has stopped yet, and those of them that stand still.',
          [[sum(of('duly_clocks', 'state="overdue"')), 'overdue'], [sum(of('duly_clocks', 'state="paused_overdue"')), 'paused']],
          { unit: 'locale', decimals: 0, stacked: true, stepped: true, colors: { overdue: 'red', paused: 'orange' } })),
        wide(8, course('Reminders and escalations', 'What people were told in each step of time: time runs out, or has run out.',
          [[sum(increase(of('duly_reminders_total'), STEP)), 'reminders'], [sum(increase(of('duly_escalations_total'), STEP)), 'escalations']],
          { unit: 'locale', decimals: 0, bars: true, stacked: true, interval: '1h', colors: { reminders: 'blue', escalations: 'orange' } })),
      )),
    section('Promises',
      row(12,
        wide(24, table('By objective', 'How each promise was kept in the chosen time, and how its clocks stand now.', ['objective'], [
          { title: 'Kept', query: decided('met', { by: ['objective'] }) },
          { title: 'Broken', query: decided('breached', { by: ['objective'] }) },
          { title: 'Attainment', query: attainment({ by: ['objective'] }), unit: 'percentunit', decimals: 1, thresholds: atLeast(0.9, 0.95) },
          { title: 'Running', query: sum(of('duly_clocks', 'state="running"'), 'objective') },
          { title: 'Paused', query: sum(of('duly_clocks', 'state="paused"'), 'objective') },
          { title: 'Due within 4 h', query: sum(of('duly_clocks_due', 'within="4h"'), 'objective'), thresholds: atMost(1, 10) },
          { title: 'Overdue', query: sum(of('duly_clocks', overdue), 'objective'), thresholds: none },
        ], { sort: 'Attainment' })),
      )),
    section('Tickets',
      row(8,
        wide(14, course('Open tickets', 'Tickets that are neither resolved nor closed, by status class.',
          [[sum(of('duly_tickets_by_status', open), 'status_class'), '{{status_class}}']], { unit: 'locale', decimals: 0, stacked: true, stepped: true })),
        wide(10, bars('Open tickets by category', 'Tickets that are neither resolved nor closed.',
          [[most(orNone(sum(of('duly_tickets_by_status', open), 'category'), 'category')), '{{category}}']], { unit: 'locale', decimals: 0 })),
      )),
  ],
});
