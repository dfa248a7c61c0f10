/**
 * The style of a page. The lines' colours are those that people with any sight tell apart (M. Okabe, K. Ito: "Color Universal
 * Design", 2008), the dark ones lightened.
 */
export const STYLE = `
:root {
  --page: #fff; --ink: #1b1f24; --soft: #57606a; --grid: #e3e6ea; --ours: #0067a6; --peer: #9aa4af; --reference: #57606a;
  --met: #1a7f37; --short: #b42318;
  --line-0: #0072b2; --line-1: #d55e00; --line-2: #00805e; --line-3: #b4568f; --line-4: #a06a00; --line-5: #2b83ba;
  --line-6: #1b1f24; --line-7: #7f7f7f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --ink: #e6e9ed; --soft: #9aa4af; --grid: #2c323a; --ours: #56b4e9; --peer: #5d6771; --reference: #9aa4af;
    --met: #4ac26b; --short: #ff8a7a;
    --line-0: #56a8ff; --line-1: #ff8a3d; --line-2: #2fd0a0; --line-3: #e79ac6; --line-4: #f0b840; --line-5: #8fd3f5;
    --line-6: #e6e9ed; --line-7: #9aa4af;
  }
}
body { margin: 2rem auto; max-width: 84rem; padding: 0 1.25rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.7rem; margin: 0 0 .5rem } h2 { font-size: 1.25rem; margin: 3rem 0 .5rem }
p { max-width: 46rem; margin: .4rem 0 } header p + p { color: var(--soft) }
a { color: var(--ours) } nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 }
figure { margin: 1.75rem 0 } figcaption { font-weight: 600; margin-bottom: .5rem }
figcaption span { display: block; font-weight: 400; color: var(--soft); font-size: .9rem }
.table { overflow-x: auto } .table:focus-visible { outline: 2px solid var(--ours) }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .7rem; text-align: left; font-weight: 400; white-space: nowrap; border-bottom: 1px solid var(--grid) }
thead th { font-weight: 600; border-bottom-color: var(--soft) } .number { text-align: right }
.met { color: var(--met) } .short { color: var(--short); font-weight: 600 }
th:first-child { padding-left: 0 }
svg { display: block; width: 100%; max-width: 38rem; height: auto; font: 12px system-ui, sans-serif; fill: var(--ink) }
.plot { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; align-items: start } .plot figcaption { flex: 1 0 100%; margin: 0 }
.plot svg { flex: 1 1 min(32rem, 100%) } .plot .table { flex: 0 1 auto; max-width: 100% }
.plot table { font-size: .8rem } .plot th, .plot td { padding: .2rem .5rem } .plot th:first-child { padding-left: 0 }
.grid { stroke: var(--grid) } .axis { stroke: var(--soft) } text.mark { fill: var(--soft) }
text.ours { fill: var(--ours); font-weight: 600 } .bar.ours { fill: var(--ours) } .bar.peer { fill: var(--peer) }
.bar.reference { fill: var(--reference) } .whisker { stroke-width: 2 } .whisker.ours { stroke: var(--ours) }
.whisker.peer { stroke: var(--peer) } .whisker.reference { stroke: var(--reference) }
.middle { stroke: var(--ink); stroke-width: 2 }
.series { fill: none; stroke-width: 2 } .leader { fill: none; stroke-width: 1; opacity: .5 } .series.dashed { stroke-dasharray: 6 4 }
${Array.from({ length: 8 }, (_, index) => `.series.line-${index}, .leader.line-${index} { stroke: var(--line-${index}) } .dot.line-${index}, text.line-${index} { fill: var(--line-${index}) }`).join('\n')}
`;
