export const TABLE_FILE: string;
export function checkTable(): string;
