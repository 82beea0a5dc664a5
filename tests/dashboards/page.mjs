// Draws panels with Grafana's own components. Runs in the browser; `draw.mjs` calls `drawDashboard`.

import { createElement as h } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import {
  applyFieldOverrides, cacheFieldDisplayNames, createTheme, dateTime, EventBusSrv, FieldConfigOptionsRegistry, getDisplayValueAlignmentFactors,
  getFieldDisplayValues, standardFieldConfigEditorRegistry, standardTransformers, standardTransformersRegistry, ThemeContext, toDataFrame, transformDataFrame,
} from '@grafana/data';
import { BarGauge } from '@grafana/ui/dist/esm/components/BarGauge/BarGauge.mjs';
import { BigValue } from '@grafana/ui/dist/esm/components/BigValue/BigValue.mjs';
import { PanelChrome } from '@grafana/ui/dist/esm/components/PanelChrome/PanelChrome.mjs';
import { PanelContextProvider } from '@grafana/ui/dist/esm/components/PanelChrome/PanelContext.mjs';
import { TableNG } from '@grafana/ui/dist/esm/components/Table/TableNG/TableNG.mjs';
import { VizRepeater } from '@grafana/ui/dist/esm/components/VizRepeater/VizRepeater.mjs';
import { TimeSeries } from '@grafana/ui/dist/esm/graveyard/TimeSeries/TimeSeries.mjs';

// A cell of Grafana's grid of 24 columns, in pixels.
const CELL = 30, GAP = 8;

standardTransformersRegistry.setInit(() => [standardTransformers.mergeTransformer, standardTransformers.organizeFieldsTransformer].map(
  (transformer) => ({ id: transformer.id, name: transformer.name, transformation: async () => transformer })));
standardFieldConfigEditorRegistry.setInit(() => []);

const theme = createTheme({ colors: { mode: 'light' } });
const timeZone = 'Asia/Shanghai';

/** Every property that a panel sets, taken as it is. Grafana's own registry belongs to its server's pages. */
function properties({ defaults, overrides }) {
  const ids = [
    ...Object.keys(defaults).filter((id) => id !== 'custom'), ...Object.keys(defaults.custom ?? {}).map((id) => `custom.${id}`),
    ...overrides.flatMap(({ properties }) => properties.map(({ id }) => id)),
  ];
  return new FieldConfigOptionsRegistry(() => [...new Set(ids)].map((id) => ({
    id, path: id.replace('custom.', ''), isCustom: id.startsWith('custom.'), name: id, override: () => null, editor: () => null,
    process: (value) => value, shouldApply: () => true,
  })));
}

const kinds = { timeseries, stat, bargauge, table };

function timeseries({ panel, frames, width, height, range }) {
  return h(TimeSeries, { frames, structureRev: 1, timeRange: range, timeZone, width, height, legend: panel.options.legend });
}

const values = ({ panel, frames }) => getFieldDisplayValues({
  fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, replaceVariables: (text) => text, theme, data: frames, timeZone,
});

function stat(drawing) {
  const { panel, width, height } = drawing;
  return h(VizRepeater, {
    getValues: () => values(drawing), source: drawing.frames, width, height, itemSpacing: 3, renderCounter: 0, autoGrid: true, orientation: 'auto',
    renderValue: ({ value, width, height, count }) => h(BigValue, {
      value: value.display, width, height, theme, colorMode: panel.options.colorMode, graphMode: 'none', justifyMode: 'auto',
      textMode: panel.options.textMode, count,
    }),
  });
}

function bargauge(drawing) {
  const { panel, width, height } = drawing;
  return h(VizRepeater, {
    getValues: () => values(drawing), getAlignmentFactors: getDisplayValueAlignmentFactors, source: drawing.frames, width, height,
    itemSpacing: 8, renderCounter: 0, orientation: panel.options.orientation,
    minVizHeight: panel.options.minVizHeight, minVizWidth: panel.options.minVizWidth, maxVizHeight: panel.options.maxVizHeight,
    renderValue: ({ value, width, height, alignmentFactors }) => h(BarGauge, {
      value: value.display, field: value.field, display: value.display && value.view?.getFieldDisplayProcessor(value.colIndex), width, height, theme,
      orientation: panel.options.orientation, displayMode: panel.options.displayMode, showUnfilled: true, alignmentFactors, itemSpacing: 8, lcdCellWidth: 12,
      valueDisplayMode: panel.options.valueMode, namePlacement: panel.options.namePlacement, text: panel.options.text,
    }),
  });
}

function table({ panel, frames, width, height }) {
  return h(TableNG, {
    data: frames[0], width, height, noHeader: false, showTypeIcons: false, resizable: false, cellHeight: 'sm', enableVirtualization: false, timeRange: null,
    fieldConfig: { defaults: {}, overrides: [] }, getActions: () => [], structureRev: 1, disableSanitizeHtml: false, transparent: false, sortBy: panel.options.sortBy,
  });
}

const transformed = (panel, frames) => new Promise((next, error) =>
  transformDataFrame(panel.transformations ?? [], frames, { interpolate: (text) => text }).subscribe({ next, error }));

async function prepared({ panel, frames }) {
  const data = await transformed(panel, frames.map(toDataFrame));
  const drawn = applyFieldOverrides({
    data, theme, timeZone, fieldConfig: panel.fieldConfig, replaceVariables: (text) => text,
    fieldConfigRegistry: properties(panel.fieldConfig),
  });
  cacheFieldDisplayNames(drawn);
  return drawn;
}

/** Draws panels (their JSON, and what their queries answered) as a dashboard of `width` pixels. Answers how high it became. */
export async function drawDashboard({ title, from, to, width, panels }) {
  // Components measure texts in it.
  await document.fonts.load('14px Inter').catch(() => {});
  const range = { from: dateTime(from), to: dateTime(to), raw: { from: dateTime(from), to: dateTime(to) } };
  const column = (width - GAP) / 24;
  const root = document.getElementById('root');
  const elements = [];
  let bottom = 0;
  for (const { panel, frames } of panels) {
    const { x, y, w, h: high } = panel.gridPos;
    const box = { left: GAP + x * column, top: y * (CELL + GAP) + GAP, width: w * column - GAP, height: high * (CELL + GAP) - GAP };
    bottom = Math.max(bottom, box.top + box.height);
    if (panel.type === 'row') {
      elements.push(h('div', { key: panel.id, className: 'heading', style: box }, panel.title));
      continue;
    }
    const data = await prepared({ panel, frames });
    const chrome = h(PanelChrome, { title: panel.title, width: box.width, height: box.height, padding: panel.type === 'table' ? 'none' : 'md' },
      (width, height) => {
        const isEmpty = panel.type !== 'stat' && data.every(({ fields }) => fields.every(({ values }) => values.length === 0));
        return isEmpty ? h('p', { className: 'empty' }, 'No data') : kinds[panel.type]({ panel, frames: data, width, height, range });
      });
    elements.push(h('div', { key: panel.id, 'data-panel': panel.id, className: 'panel', style: box }, chrome));
  }
  root.style.width = `${width}px`;
  root.style.height = `${bottom + GAP}px`;
  const context = { eventsScope: 'global', eventBus: new EventBusSrv() };
  flushSync(() => createRoot(root).render(h(ThemeContext.Provider, { value: theme }, h(PanelContextProvider, { value: context }, elements))));
  return bottom + GAP;
}

/** What was drawn of each panel: its text, and how many pixels of its canvases have a colour. */
export function whatWasDrawn() {
  return [...document.querySelectorAll('[data-panel]')].map((element) => {
    const inked = [...element.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((count, value, index) => count + (index % 4 === 3 && value > 0), 0);
    });
    return { id: Number(element.dataset.panel), text: element.innerText, ink: inked.reduce((sum, count) => sum + count, 0) };
  });
}

window.duly = { drawDashboard, whatWasDrawn };
