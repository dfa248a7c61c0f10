import type { Subject } from './subject.js';

/** Why a subject's module can't be had on this machine; `undefined` if it can. */
export async function unavailability({ needs }: Pick<Subject, 'needs'>): Promise<string | undefined> {
  try {
    if (needs !== undefined) await import(needs);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
