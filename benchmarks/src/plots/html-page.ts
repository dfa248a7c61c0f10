import { isNumeric, type Table } from '../tables.js';
import { STYLE } from './style.js';
import { escapeText } from './svg.js';

/** A chart and its numbers beside it, or numbers alone. */
export interface PageFigure {
  readonly table: Table;
  readonly svg?: string;
  /** Below the title. */
  readonly note?: string;
}

export interface PageSection {
  readonly title: string;
  readonly text?: string;
  readonly figures: readonly PageFigure[];
}

/** A page that stands alone: no scripts, nothing loaded, light or dark as the reader's system is. */
export function htmlPage(title: string, introduction: readonly string[], sections: readonly PageSection[]): string {
  const contents = sections.map((section) => `<a href="#${idOf(section.title)}">${escapeText(section.title)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
${introduction.map((paragraph) => `<p>${escapeText(paragraph)}</p>`).join('\n')}
${sections.length > 1 ? `<nav aria-label="Contents">${contents.join('\n')}</nav>` : ''}
</header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({ title, text, figures }: PageSection): string {
  return [
    `<section id="${idOf(title)}" aria-labelledby="${idOf(title)}-title">`,
    `<h2 id="${idOf(title)}-title">${escapeText(title)}</h2>`,
    ...(text === undefined ? [] : [`<p>${escapeText(text)}</p>`]),
    ...figures.map((figure) => figureHtml(figure, title)),
    '</section>',
  ].join('\n');
}

/** A figure that would repeat its section's title has no caption. */
function figureHtml({ table, svg, note }: PageFigure, sectionTitle: string): string {
  const caption = [
    ...(table.title.toLowerCase() === sectionTitle.toLowerCase() ? [] : [escapeText(table.title)]),
    ...(note === undefined ? [] : [`<span>${escapeText(note)}</span>`]),
  ].join('');
  const numbers = `<div class="table" tabindex="0" role="region" aria-label="${escapeText(table.title)}, numbers">${tableHtml(table)}</div>`;
  return [
    `<figure${svg === undefined ? '' : ' class="plot"'}>`,
    ...(caption === '' ? [] : [`<figcaption>${caption}</figcaption>`]),
    ...(svg === undefined ? [] : [svg]),
    numbers,
    '</figure>',
  ].join('');
}

/** Its caption is the figure's. */
function tableHtml({ corner, columns, rows }: Table): string {
  const kind = (column: number) => (isNumeric(rows, column) ? ' class="number"' : '');
  const judged = (cell: string) =>
    /^(met|short)\b/.test(cell) ? ` class="${cell.startsWith('met') ? 'met' : 'short'}"` : '';
  const header = columns.map((name, column) => `<th scope="col"${kind(column + 1)}>${escapeText(name)}</th>`);
  const body = rows.map(([name = '', ...cells]) => {
    const data = cells.map((cell, column) => `<td${kind(column + 1) || judged(cell)}>${escapeText(cell)}</td>`);
    return `<tr><th scope="row">${escapeText(name)}</th>${data.join('')}</tr>`;
  });
  return `<table><thead><tr><th scope="col">${escapeText(corner ?? '')}</th>${header.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

function idOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
