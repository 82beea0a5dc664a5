// Asks Prometheus what the panels of a dashboard ask, as Grafana would: variables put in, and answers as its data frames.

/** How far the reader's clock is ahead of UTC, in seconds, in Shanghai: steps of a day are days there, as Grafana does it. */
const ZONE_S = 8 * 3600;
/** How often Prometheus asks engines for their metrics, in seconds, as Grafana takes it for granted. */
const SCRAPE_S = 15;

const seconds = (text) => {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text);
  return Number(count) * { s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[unit];
};

/** The steps that Grafana rounds to, in seconds. */
const NICE = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** What a panel's variables stand for: the times in seconds since 1970, the panel's width in pixels. */
export function scope({ from, to, width, panel, scrape = SCRAPE_S, variables = {} }) {
  const wanted = Math.max((to - from) / (panel.maxDataPoints ?? width), panel.interval ? seconds(panel.interval) : scrape);
  const step = NICE.find((nice) => nice >= wanted * 0.99) ?? wanted;
  const all = { job: '.+', instance: '.+', objective: '.*', team: '.*', ...variables };
  return { from, to, step, all: { ...all, __interval: `${step}s`, __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`, __range: `${Math.round(to - from)}s` } };
}

/** A query with its variables put in; what is unknown is a mistake. */
export function filled(expr, all) {
  return expr.replace(/\$(\w+|\{\w+\})/g, (whole, name) => {
    const value = all[name.replace(/[{}]/g, '')];
    if (value === undefined) throw new Error(`${whole} is no variable: ${expr}`);
    return value;
  });
}

async function get(server, path, query) {
  const response = await fetch(`${server}/api/v1/${path}?${new URLSearchParams(query)}`);
  const answer = await response.json();
  if (answer.status !== 'success') throw new Error(`${query.query}\n${answer.error}`);
  return answer.data.result;
}

const legend = (format, labels) =>
  format === '__auto' ? Object.values(labels).join(' ') || 'Value' : format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');

const frame = (refId, name, times, values, labels) => ({
  refId, name,
  fields: [
    { name: 'Time', type: 'time', config: {}, values: times.map((at) => at * 1000) },
    { name: 'Value', type: 'number', labels, config: { displayNameFromDS: name }, values: values.map(Number) },
  ],
});

/** A row for each series, a column for each label. */
function asTable(refId, result) {
  const labels = [...new Set(result.flatMap(({ metric }) => Object.keys(metric)))];
  return {
    refId,
    fields: [
      { name: 'Time', type: 'time', config: {}, values: result.map(({ value }) => value[0] * 1000) },
      ...labels.map((label) => ({ name: label, type: 'string', config: {}, values: result.map(({ metric }) => metric[label] ?? '') })),
      { name: `Value #${refId}`, type: 'number', config: {}, values: result.map(({ value }) => Number(value[1])) },
    ],
  };
}

/** Asks one target of a panel. Where nothing was measured, there is no value in time, and Grafana leaves a gap. */
async function ask(server, target, { from, to, step, all }) {
  const query = filled(target.expr, all);
  if (target.instant) {
    const result = await get(server, 'query', { query, time: to });
    if (target.format === 'table') return [asTable(target.refId, result)];
    return result.map(({ metric, value }) => frame(target.refId, legend(target.legendFormat, metric), [value[0]], [value[1]], metric));
  }
  const [start, end] = [from, to].map((at) => Math.floor((at + ZONE_S) / step) * step - ZONE_S);
  const result = await get(server, 'query_range', { query, start, end, step });
  const times = [];
  for (let at = start; at <= end; at += step) times.push(at);
  return result.map(({ metric, values }) => {
    const known = new Map(values);
    return frame(target.refId, legend(target.legendFormat, metric), times, times.map((at) => known.get(at) ?? null).map((value) => value ?? NaN), metric);
  });
}

/** The panels of a dashboard with what their queries answered; `width` is the dashboard's, in pixels. */
export async function panelsOf(server, dashboard, { from, to, width, scrape, variables }) {
  const answers = [];
  for (const panel of dashboard.panels) {
    const own = scope({ from, to, width: (width * panel.gridPos.w) / 24 - 40, panel, scrape, variables });
    const frames = await Promise.all((panel.targets ?? []).map((target) => ask(server, target, own)));
    answers.push({ panel: { ...panel, interval_s: own.step }, frames: frames.flat(), answered: frames.map((frames) => frames.some(hasValue)) });
  }
  return answers;
}

/** Whether there is a number in it. */
const hasValue = ({ fields }) => fields.at(-1).values.some(Number.isFinite);
