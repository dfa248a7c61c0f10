/** The name closest to a misspelt one, if one is close: within a third of its length in edits, however it is cased. */
export function nearestName(name: string, allowed: Iterable<string>): string | undefined {
  const normal = normalize(name);
  let nearest: string | undefined;
  let fewestEdits = Math.max(1, Math.floor(normal.length / 3)) + 1;
  for (const candidate of allowed) {
    const edits = editDistance(normal, normalize(candidate));
    if (edits < fewestEdits) {
      nearest = candidate;
      fewestEdits = edits;
    }
  }
  return nearest;
}

function normalize(name: string): string {
  return name
    .slice(0, 60)
    .toLowerCase()
    .replace(/[_\- ]/g, '');
}

/** Damerau–Levenshtein distance in its restricted form: insertions, deletions, changes and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
