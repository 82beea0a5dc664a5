// For service managers and team leads: which promise, and whose?

import { attainment, CHOSEN, decided, increase, most, of, quantile, STEP, sum } from './promql.mjs';
import { atLeast, bars, course, dashboard, none, OBJECTIVE, RATIO, row, section, table, TEAM, wide } from './panels.mjs';

const where = [CHOSEN];
const objective = 'objective=~"$objective"';
const opened = increase(of('duly_response_open_seconds_bucket', objective));
const hours = (q) => `${quantile(q, increase(of('duly_response_open_seconds_bucket', objective), '7d'), 'objective')} / 3600`;
const columns = (by) => [
  { title: 'Kept', query: decided('met', { by, where }) },
  { title: 'Broken', query: decided('breached', { by, where }) },
  { title: 'Attainment', query: attainment({ by, where }), unit: 'percentunit', decimals: 1, thresholds: atLeast(0.9, 0.95) },
];
const count = { unit: 'locale', decimals: 0 };

export default dashboard({
  uid: 'duly-objectives', title: 'Duly / Objectives and teams', from: 'now-30d', refresh: '5m',
  description: 'Which promise, and whose?',
  variables: [OBJECTIVE, TEAM],
  sections: [
    section('How promises were kept',
      row(12,
        wide(14, table('Objectives', 'How each promise was kept in the chosen time, less what was taken back. The median and the slowest tenth of responses are in open time.',
          ['objective'], [
            ...columns(['objective']),
            { title: 'Median', query: quantile(0.5, opened, 'objective'), unit: 's', decimals: 1 },
            { title: '9 of 10', query: quantile(0.9, opened, 'objective'), unit: 's', decimals: 1 },
          ], { sort: 'Attainment' })),
        wide(10, table('Teams', 'How each team kept its promises in the chosen time. A clock counts for the team that had the ticket when it was decided.', ['team'], columns(['team']), { sort: 'Attainment' })),
      ),
      row(9,
        wide(12, course('Attainment by objective', 'The part of the decided clocks that was met, over the week before each instant.',
          [[attainment({ by: ['objective'], where, window: '7d' }), '{{objective}}']], { ...RATIO, many: true })),
        wide(12, course('Attainment by team', 'The part of the decided clocks that was met, over the week before each instant.',
          [[attainment({ by: ['team'], where, window: '7d' }), '{{team}}']], { ...RATIO, many: true })),
      )),
    section('What was broken',
      row(9,
        wide(10, course('Broken promises', 'Deadlines that passed in each step of time, by objective.',
          [[decided('breached', { by: ['objective'], where, window: STEP }), '{{objective}}']], { ...count, bars: true, stacked: true, interval: '1d', many: true })),
        wide(7, bars('Broken by category', 'Deadlines that passed in the chosen time.', [[most(decided('breached', { by: ['category'], where })), '{{category}}']], { ...count, thresholds: none })),
        wide(7, bars('Broken by priority', 'Deadlines that passed in the chosen time, by the priority of routing: 1 is first.',
          [[most(decided('breached', { by: ['priority'], where })), 'priority {{priority}}']], { ...count, thresholds: none })),
      )),
    section('How long responses take',
      row(9,
        wide(12, course('Hours until half had a response', 'Open hours that half of the clocks had run at most when they were stopped, over the week before each instant.',
          [[hours(0.5), '{{objective}}']], { unit: 'none', many: true })),
        wide(12, course('Hours until nine of ten had a response', 'Open hours that nine of ten clocks had run at most when they were stopped, over the week before each instant.',
          [[hours(0.9), '{{objective}}']], { unit: 'none', many: true })),
      )),
    section('How clocks stand',
      row(12,
        wide(12, course('Clocks', 'Clocks that are not stopped, by what they do.', [[sum(of('duly_clocks', objective), 'state'), '{{state}}']], { ...count, stacked: true, stepped: true, colors: { running: 'green', paused: 'blue', overdue: 'red', paused_overdue: 'orange' } })),
        wide(12, table('Deadlines that come', 'Running clocks by when they are due; each column has what is in those before it.', ['objective'],
          ['15m', '1h', '4h', '1d'].map((within) => ({ title: `Within ${within}`, query: sum(of('duly_clocks_due', objective, `within="${within}"`), 'objective') })), { sort: 'Within 1d', desc: true })),
      ),
      row(8,
        wide(8, bars('Reminders', 'Reminders in the chosen time, by objective: the ten with most.',
          [[most(sum(increase(of('duly_reminders_total', objective)), 'objective')), '{{objective}}']], count)),
        wide(8, course('Escalations', 'Escalations in each step of time, by the step of the ladder.',
          [[sum(increase(of('duly_escalations_total', objective), STEP), 'step'), '{{step}}']], { ...count, bars: true, stacked: true, interval: '1d' })),
        wide(8, course('Decisions taken back', 'Decisions that no longer follow, because an event came late or a policy was corrected, by outcome.',
          [[sum(increase(of('duly_clocks_retracted_total', CHOSEN), STEP), 'outcome'), '{{outcome}}']], { ...count, bars: true, stacked: true, interval: '1d' })),
      )),
  ],
});
