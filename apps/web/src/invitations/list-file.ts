import type { FieldError } from '@clientele/domain';

const mostBytes = 2_000_000;

/**
 * The text of a list's file, UTF-8 or what Excel saves in Japan; or the rule that it breaks. A workbook is no list.
 */
export async function readListFile(file: Pick<File, 'size' | 'arrayBuffer'>): Promise<string | Pick<FieldError, 'rule' | 'params'>> {
  if (file.size > mostBytes) return { rule: 'file_too_large', params: { max: mostBytes / 1_000_000 } };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.includes(0)) return { rule: 'file_workbook' };
  for (const encoding of ['utf-8', 'shift_jis'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {}
  return { rule: 'file_encoding', params: { line: 1, encoding: 'UTF-8' } };
}
