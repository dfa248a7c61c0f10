import { CheckList } from '../check.js';

/** The list of a part of the group: processes that are killed, on stores without limits but where a check asks for them. */
export function crashList(): CheckList {
  return new CheckList('crashes', ['persistent', 'module'], {
    configurations: ['default'],
    timeoutSeconds: { quick: 90, full: 7_200 },
  });
}
