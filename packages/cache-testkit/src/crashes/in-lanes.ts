/** Does the work for all items in their order, `lanes` of them at a time. Rejects with the first error, when all that had begun has ended. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [index, item] of left) {
      if (errors.length > 0) return;
      await work(item, index).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (errors.length > 0) throw errors[0];
}
