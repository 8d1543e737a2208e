import { describe, expect, it } from 'vitest';
import { readListFile } from './list-file.ts';

const fileOf = (bytes: ArrayLike<number>) => new File([new Uint8Array(bytes)], 'list.csv');

describe('the file of a list', () => {
  it('is read as UTF-8, with or without a mark, and as Shift_JIS', async () => {
    expect(await readListFile(fileOf(new TextEncoder().encode('会社名,a@x.example')))).toBe('会社名,a@x.example');
    expect(await readListFile(fileOf([0xef, 0xbb, 0xbf, 0x61]))).toBe('a');
    expect(await readListFile(fileOf([0x89, 0xef, 0x8e, 0xd0]))).toBe('会社');
  });
  it('that is a workbook, too large or in no known encoding is told by its rule', async () => {
    expect(await readListFile(fileOf([0x50, 0x4b, 3, 4, 0, 0]))).toEqual({ rule: 'file_workbook' });
    expect(await readListFile(fileOf(new Uint8Array(2_000_001).fill(97)))).toMatchObject({ rule: 'file_too_large' });
    expect(await readListFile(fileOf([0x61, 0xff, 0xfe, 0xff]))).toMatchObject({ rule: 'file_encoding' });
  });
});
