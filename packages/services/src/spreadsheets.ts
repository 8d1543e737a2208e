/**
 * SQL for a column of a CSV: a cell that a spreadsheet would run as a formula is led by an apostrophe. The wide signs too: where Japanese is written,
 * spreadsheets take them for the narrow ones. The same as `guardCell` in domain.
 */
export const harmless = (column: string): string =>
  `case when ${column} ~ '^[=+@\\t\\r\\n＝＋－＠-]' then '''' || ${column} else ${column} end`;
