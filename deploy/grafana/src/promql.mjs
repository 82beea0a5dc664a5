// Pieces of PromQL that dashboards share. Every selector has the job and the instance that the reader has chosen.

const HERE = 'job=~"$job", instance=~"$instance"';
/** Restricts what has both labels to the chosen objectives and teams. */
export const CHOSEN = 'objective=~"$objective", team=~"$team"';

/** A selector of a metric: what the reader has chosen, and the matchers that are given. */
export const of = (metric, ...matchers) => `${metric}{${[HERE, ...matchers].join(', ')}}`;

export const sum = (vector, ...by) => `sum ${by.length ? `by (${by.join(', ')}) ` : ''}(${vector})`;
export const max = (vector, ...by) => `max ${by.length ? `by (${by.join(', ')}) ` : ''}(${vector})`;
/** The step of time that begins at each instant, a bar: where it is a day, one of the reader's time zone. */
export const STEP = '$__interval';
export const increase = (selector, window = '$__range') => `increase(${selector}[${window}]${window === STEP ? ` offset -${STEP}` : ''})`;
/** The highest value in each step, so that what was short shows as well. */
export const highest = (selector) => `max_over_time(${selector}[${STEP}] offset -${STEP})`;
export const rate = (selector) => `rate(${selector}[$__rate_interval])`;

/** A quantile of a histogram. */
export const quantile = (q, increased, ...by) => `histogram_quantile(${q}, ${sum(increased, 'le', ...by)})`;

/** How many clocks were decided one way within a window, less the decisions that were taken back. */
export function decided(outcome, { by = [], where = [], window = '$__range' } = {}) {
  const matchers = [...(outcome ? [`outcome="${outcome}"`] : []), ...where];
  const decisions = sum(increase(of('duly_clocks_decided_total', ...matchers), window), ...by);
  const retractions = sum(increase(of('duly_clocks_retracted_total', ...matchers), window), ...by);
  // Where nothing was ever taken back there is no such series: it counts as 0.
  return `(${decisions} - (${retractions} or 0 * ${decisions}))`;
}

/** The part of the decided clocks that was met. Of what has only broken clocks it is 0; of what has none decided, nothing. */
export function attainment(options = {}) {
  const all = decided(undefined, options);
  return `(${decided('met', options)} or 0 * ${all}) / (${all} > 0)`;
}

/** The ten series of which there is most, the first one first. */
export const most = (vector) => `topk(10, ${vector})`;

/** What there is by a label; where there is none of it, a 0 that says so. */
export const orNone = (vector, label) => `${vector} > 0 or on () label_replace(vector(0), "${label}", "none", "", "")`;
