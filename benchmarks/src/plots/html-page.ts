import { escapeText } from './line-chart.js';

/** A page that stands alone: a heading, a paragraph, and figures, each with its table as text below. */
export function htmlPage(
  title: string,
  introduction: string,
  figures: readonly { readonly svg: string; readonly table: string }[],
): string {
  const body = figures.map(
    ({ svg, table }) => `<figure>${svg}<figcaption><pre>${escapeText(table)}</pre></figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title>
<style>body { max-width: 60rem; margin: 2rem auto; font-family: sans-serif } figure { margin: 2rem 0 } pre { overflow-x: auto }</style>
<h1>${escapeText(title)}</h1>
<p>${escapeText(introduction)}</p>
${body.join('\n')}
</html>
`;
}
