import { cellText, guessMapping, type Language, languageOf } from '@clientele/domain';
import { delimiterOf, delimiters, readTable, type TableFacts } from '../imports/table.ts';

/** One line of a list as it was written, not yet checked. */
interface RecipientLine {
  line: number;
  email: string;
  companyName: string;
  domain: string;
  recipientName: string;
  /** null: what stands there is no language. */
  language: Language | null;
}

/** What the columns are of a list that was pasted without a header. */
const usualColumns = ['email', 'company', 'domain', 'contact name'];

/**
 * Reads a list of recipients: CSV with a header (English or Japanese names, in any order), or lines that begin with an address. A company
 * that is not named is called by the domain of the address. Throws `validation_failed` for what is no list.
 */
export async function readRecipients(text: string, usual: Language): Promise<RecipientLine[]> {
  const first = /^\ufeff?\s*([^\r\n]*)/.exec(text)?.[1] ?? '';
  const isBare = first.includes('@');
  // Lines of addresses alone say nothing about how the others are parted.
  const sign = delimiterOf(text.split(/[\r\n]+/, 1000).find((line) => delimiters.some((one) => line.includes(one))) ?? '');
  const given = isBare ? `${usualColumns.join(sign)}\n${text.replace(/^\ufeff?\s*/, '')}` : text;
  const facts: TableFacts = { bytes: 0, encoding: '', delimiter: '', columns: [] };
  const lines: RecipientLine[] = [];
  let mapping: ReturnType<typeof guessMapping> | undefined;
  for await (const { line, cells } of readTable(oneChunk(given), { encoding: 'utf-8', ...(isBare ? { delimiter: sign } : {}) }, facts)) {
    mapping ??= guessMapping(facts.columns);
    const { email, companyName, domain, contactName, firstName, lastName, language } = mapping;
    const cell = (column: number | undefined) => (column === undefined ? '' : cellText(cells[column]));
    const names = usual === 'ja' ? [cell(lastName), cell(firstName)] : [cell(firstName), cell(lastName)];
    const { address, name } = addressOf(cell(email));
    lines.push({
      line: isBare ? line - 1 : line,
      email: address,
      companyName: cell(companyName) || cell(domain) || (address.split('@')[1] ?? ''),
      domain: cell(domain),
      recipientName: cell(contactName) || names.filter(Boolean).join(' ') || name,
      language: cell(language) === '' ? usual : languageOf(cell(language)),
    });
  }
  return lines;
}

/** An address as it is, or as mail programs paste it: `Emma Clark <emma@contoso.example>`. */
function addressOf(cell: string): { address: string; name: string } {
  const [, name = '', address] = /^([^<>]*)<([^<>]+)>$/.exec(cell) ?? [];
  return address === undefined ? { address: cell, name: '' } : { address: address.trim(), name: name.trim() };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'utf8');
}
