// Panels and dashboards as Grafana keeps them, from what differs between them.

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const GREEN = 'green', ORANGE = 'orange', RED = 'red';

/** Colours by value: the first from the beginning on, each other one from its value on. */
const steps = (first, ...others) => ({
  mode: 'absolute',
  steps: [{ color: first, value: null }, ...others.map(([value, color]) => ({ color, value }))],
});
/** Good from `good` on, bad below `fair`. */
export const atLeast = (fair, good) => steps(RED, [fair, ORANGE], [good, GREEN]);
/** Good until `fair`, bad from `bad` on. */
export const atMost = (fair, bad) => steps(GREEN, [fair, ORANGE], [bad, RED]);
/** Good while there is none. */
export const none = steps(GREEN, [1, RED]);
/** Attainment in the course of time, with its goal. Without `decimals`: at 0 Grafana rounds the axis to whole numbers, 0 to 1. */
export const RATIO = { unit: 'percentunit', from: 0.8, max: 1, thresholds: atLeast(0.9, 0.95), line: true };
/** No judgement: how many there are is nobody's fault. */
export const plain = steps('blue');

const targets = (queries, fields) =>
  queries.map(([expr, legendFormat], index) => ({
    datasource: DATASOURCE, refId: String.fromCharCode(65 + index), expr, legendFormat: legendFormat ?? '__auto', ...fields,
  }));

const panel = (type, title, description, { unit, decimals, thresholds = plain, min, max, overrides = [], interval, maxDataPoints }, rest) => ({
  type, title, description, datasource: DATASOURCE, ...(interval && { interval }), ...(maxDataPoints && { maxDataPoints }),
  fieldConfig: {
    defaults: {
      unit, thresholds, ...(decimals !== undefined && { decimals }), ...(min !== undefined && { min }), ...(max !== undefined && { max }),
      ...rest.defaults,
    },
    overrides,
  },
  options: rest.options,
  targets: rest.targets,
  ...(rest.transformations && { transformations: rest.transformations }),
});

/** A number, as it is at the end of the chosen time. What there is nothing of is shown as 0. */
export const stat = (title, description, queries, look) =>
  panel('stat', title, description, look, {
    defaults: { color: { mode: 'thresholds' }, mappings: [], noValue: look.none ?? '0' },
    options: {
      colorMode: 'value', graphMode: 'none', justifyMode: 'auto', orientation: 'auto', textMode: queries.length > 1 ? 'value_and_name' : 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
    targets: targets(queries, { instant: true, range: false }),
  });

/** Bars of what there is, by a label. */
export const bars = (title, description, queries, look) =>
  panel('bargauge', title, description, { min: 0, ...look }, {
    defaults: { color: { mode: 'thresholds' }, mappings: [], noValue: '0' },
    options: {
      displayMode: 'basic', orientation: 'horizontal', showUnfilled: true, valueMode: 'color', namePlacement: 'left', sizing: 'manual',
      minVizHeight: 16, minVizWidth: 8, maxVizHeight: 36, text: { titleSize: 12, valueSize: 16 }, legend: { showLegend: false, displayMode: 'list', placement: 'bottom', calcs: [] },
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
    targets: targets(queries, { instant: true, range: false }),
  });

const coloured = (colors = {}) => Object.entries(colors).map(([name, fixedColor]) => ({
  matcher: { id: 'byName', options: name }, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
}));

/** As many bars as can be told from one another, whatever time is chosen: a day each in a month. */
const BARS = 30;

/** Values in the course of time: lines, or bars where `look.bars` is set; on top of each other where `look.stacked` is. What is
    steady shows from `look.from` on, or from where it is lower, everything else from 0. Series may have colours of their own, by
    name. Many series have their names on the right, one below the other (`look.many`). */
export const course = (title, description, queries, look) =>
  panel('timeseries', title, description, { min: look.from === undefined ? 0 : undefined, maxDataPoints: look.bars ? BARS : undefined, ...look, overrides: coloured(look.colors) }, {
    defaults: {
      color: { mode: 'palette-classic' },
      custom: {
        drawStyle: look.bars ? 'bars' : 'line', lineInterpolation: look.stepped ? 'stepAfter' : 'linear', lineWidth: look.bars || look.stacked ? 0 : 2,
        fillOpacity: look.bars ? 85 : look.stacked ? 70 : 0, gradientMode: 'none', showPoints: 'never', pointSize: 4, spanNulls: false,
        insertNulls: false, barAlignment: 1, stacking: { mode: look.stacked ? 'normal' : 'none', group: 'A' },
        axisPlacement: 'auto', axisLabel: '', axisBorderShow: false, axisCenteredZero: false, axisColorMode: 'text',
        scaleDistribution: { type: 'linear' }, hideFrom: { legend: false, tooltip: false, viz: false },
        ...(look.from !== undefined && { axisSoftMin: look.from }),
        thresholdsStyle: { mode: look.line ? 'dashed' : 'off' },
      },
      mappings: [],
    },
    options: {
      legend: { displayMode: 'list', placement: look.many ? 'right' : 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc', hideZeros: false },
    },
    targets: targets(queries, { range: true, instant: false }),
  });

/** A table: a row for each value of a label, a column for each query: its title, PromQL and how it looks. Rows are
    sorted by the column that `sort` names. */
export const table = (title, description, labels, columns, { sort, desc = false } = {}) => {
  const names = Object.fromEntries(columns.map(({ title }, index) => [`Value #${String.fromCharCode(65 + index)}`, title]));
  const capital = (label) => label[0].toUpperCase() + label.slice(1).replaceAll('_', ' ');
  const overrides = columns.map(({ title, unit, decimals = 0, thresholds }) => ({
    matcher: { id: 'byName', options: title },
    properties: [
      { id: 'unit', value: unit ?? 'locale' },
      { id: 'decimals', value: decimals },
      ...(thresholds ? [
        { id: 'thresholds', value: thresholds },
        { id: 'custom.cellOptions', value: { type: 'color-text' } },
      ] : []),
    ],
  }));
  overrides.push(...labels.map((label) => ({
    matcher: { id: 'byName', options: capital(label) }, properties: [{ id: 'custom.width', value: 170 }],
  })));
  return panel('table', title, description, { unit: 'locale', overrides }, {
    defaults: {
      color: { mode: 'thresholds' }, mappings: [], noValue: '–',
      custom: { align: 'auto', cellOptions: { type: 'auto' }, minWidth: 70, filterable: false, inspect: false },
    },
    options: { showHeader: true, cellHeight: 'sm', footer: { show: false, reducer: ['sum'], countRows: false, fields: '' }, sortBy: sort ? [{ displayName: sort, desc }] : [] },
    targets: targets(columns.map(({ query }) => [query]), { instant: true, range: false, format: 'table' }),
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries([...labels, ...Object.keys(names)].map((name, index) => [name, index])),
          renameByName: { ...Object.fromEntries(labels.map((label) => [label, capital(label)])), ...names },
        },
      },
    ],
  });
};

/** A heading with rows of panels, all of a row as high as it says, as wide as they say; together 24. */
export const section = (title, ...rows) => ({ title, rows });
export const row = (height, ...panels) => ({ height, panels });
export const wide = (width, panel) => ({ width, panel });

function laidOut(sections) {
  const panels = [];
  let y = 0;
  const add = (panel, gridPos) => panels.push({ id: panels.length + 1, ...panel, gridPos });
  for (const { title, rows } of sections) {
    if (title) add({ type: 'row', title, collapsed: false, panels: [] }, { h: 1, w: 24, x: 0, y: y++ });
    for (const { height, panels } of rows) {
      let x = 0;
      for (const { width, panel } of panels) {
        add(panel, { h: height, w: width, x, y });
        x += width;
      }
      if (x !== 24) throw new Error(`a row under "${title}" is ${x} wide, of 24`);
      y += height;
    }
  }
  return panels;
}

const variable = (name, label, query, { allValue = '.*', hide = 0 } = {}) => ({
  name, label, type: 'query', datasource: DATASOURCE, definition: query, query: { query, refId: `Variable-${name}` },
  refresh: 2, multi: true, includeAll: true, allValue, current: { selected: true, text: ['All'], value: ['$__all'] },
  options: [], regex: '', sort: 1, skipUrlSync: false, hide,
});

/** Variables that a dashboard may have besides those that all have. */
export const OBJECTIVE = variable('objective', 'Objective', 'label_values(duly_clocks{job=~"$job"}, objective)');
export const TEAM = variable('team', 'Team', 'label_values(duly_clocks_decided_total{job=~"$job"}, team)');

/** A dashboard. Nobody edits it in Grafana: what is shown is what this folder says. */
export const dashboard = ({ uid, title, description, from, refresh, variables = [], sections }) => ({
  uid, title, description, tags: ['duly'], schemaVersion: 39, version: 1, editable: false, graphTooltip: 1,
  timezone: 'browser', weekStart: '', fiscalYearStartMonth: 0, time: { from, to: 'now' }, timepicker: {}, refresh, liveNow: false,
  annotations: { list: [] },
  links: [{
    type: 'dashboards', title: 'Duly', tags: ['duly'], asDropdown: false, includeVars: true, keepTime: true, targetBlank: false,
    icon: 'external link', tooltip: '', url: '',
  }],
  templating: {
    list: [
      {
        name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, options: [], regex: '', hide: 0,
        refresh: 1, multi: false, includeAll: false, skipUrlSync: false,
      },
      variable('job', 'Job', 'label_values(duly_build_info, job)', { allValue: '.+' }),
      variable('instance', 'Instance', 'label_values(duly_build_info{job=~"$job"}, instance)', { allValue: '.+' }),
      ...variables,
    ],
  },
  panels: laidOut(sections),
});
