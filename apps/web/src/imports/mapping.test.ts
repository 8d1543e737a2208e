import { describe, expect, it } from 'vitest';
import { fieldOfColumn, withColumn } from './mapping.ts';

describe('saying what a column is', () => {
  const mapping = { companyName: 0, domain: 1 };
  it('shows each column as the field that is read from it', () => {
    expect([0, 1, 2].map((column) => fieldOfColumn(mapping, column))).toEqual(['companyName', 'domain', '']);
  });
  it('takes a field from the column that had it, and a column from the field that it was', () => {
    expect(withColumn(mapping, 2, 'domain')).toEqual({ companyName: 0, domain: 2 });
    expect(withColumn(mapping, 1, 'companyName')).toEqual({ companyName: 1 });
    expect(withColumn(mapping, 1, '')).toEqual({ companyName: 0 });
    expect(mapping).toEqual({ companyName: 0, domain: 1 });
  });
});
