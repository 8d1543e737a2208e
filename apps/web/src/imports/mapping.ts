import { type ImportField, type ImportMapping, importFields } from '@clientele/domain';

/** What a column is, as a select holds it: empty for one that is not read. */
export function fieldOfColumn(mapping: ImportMapping, column: number): ImportField | '' {
  return importFields.find((field) => mapping[field] === column) ?? '';
}

/** The mapping after a person said what a column is; a field that another column had moves over. */
export function withColumn(mapping: ImportMapping, column: number, field: ImportField | ''): ImportMapping {
  const rest = Object.fromEntries(Object.entries(mapping).filter(([name, at]) => at !== column && name !== field));
  return field === '' ? rest : { ...rest, [field]: column };
}
