// Alerts of Prometheus as rules of Grafana's own alerting, the way Grafana imports them: the query, and that it gives anything.

/** The data source that the provisioning files name. */
const PROMETHEUS = 'duly-prometheus';

const query = (expr) => ({
  refId: 'query', datasourceUid: PROMETHEUS, relativeTimeRange: { from: 600, to: 0 },
  model: { refId: 'query', datasource: { type: 'prometheus', uid: PROMETHEUS }, expr: expr.trim(), instant: true, range: false },
});

const expression = (refId, model) => ({ refId, datasourceUid: '__expr__', model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model } });

/** Prometheus fires for each series that an expression gives, whatever its value, even 0. */
const ANY = [
  expression('any', { type: 'math', expression: 'is_number($query) || is_nan($query) || is_inf($query)' }),
  expression('fires', {
    type: 'threshold', expression: 'any', conditions: [{ type: 'query', evaluator: { type: 'gt', params: [0] }, operator: { type: 'and' }, query: { params: ['any'] }, reducer: { type: 'last', params: [] } }],
  }),
];

/** `$value` is that of the query, not of the condition: what Prometheus' templates mean by it. */
const text = (template) => template.replace(/\$value\b/g, '$values.query.Value');

const named = (name) => name.replace(/[a-z](?=[A-Z])/g, '$&-').toLowerCase();

const rule = ({ alert, expr, for: pending = '0s', keep_firing_for: recovering, labels, annotations }) => ({
  uid: named(alert), title: alert, condition: 'fires', data: [query(expr), ...ANY],
  // What gives nothing is in order, as it is in Prometheus; a Prometheus that does not answer is not.
  noDataState: 'OK', execErrState: 'Error', for: pending, ...(recovering && { keepFiringFor: recovering }),
  labels, annotations: Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name, text(value)])),
});

export const converted = (groups) => ({
  apiVersion: 1,
  groups: groups
    .map(({ name, interval = '1m', rules }) => ({ name, interval, rules: rules.filter(({ alert }) => alert) }))
    .filter(({ rules }) => rules.length)
    .map(({ name, interval, rules }) => ({ orgId: 1, name, folder: 'Duly', interval, rules: rules.map(rule) })),
});
