import { type ListedRecipient, listedRecipient, mostRecipients } from '@clientele/contracts';
import { type FieldError, type Language, Refusal } from '@clientele/domain';
import { readRecipients } from '@clientele/services';
import { fieldErrors } from './problems.ts';

type Fault = FieldError & { line: number; value: string };

/** Reads a list of recipients and says of each line what it holds, or what is wrong with it. Throws `validation_failed` for what is no list. */
export async function checkRecipients(
  text: string,
  language: Language,
): Promise<{ recipients: (ListedRecipient & { line: number })[]; faults: Fault[] }> {
  const lines = await readRecipients(text, language);
  if (lines.length > mostRecipients)
    throw new Refusal('validation_failed', `A list may have at most ${mostRecipients} recipients.`, {
      fields: [{ path: 'text', rule: 'file_too_many_rows', params: { max: mostRecipients } }],
    });
  const recipients: (ListedRecipient & { line: number })[] = [];
  const faults: Fault[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, ...given } of lines) {
    const parsed = listedRecipient.safeParse(given);
    if (!parsed.success) {
      const broken = fieldErrors(parsed.error, given);
      faults.push(...broken.map((fault) => ({ ...fault, line, value: String(given[fault.path as keyof typeof given] ?? '') })));
      continue;
    }
    const address = parsed.data.email.toLowerCase();
    const before = lineOf.get(address);
    if (before !== undefined) {
      faults.push({ line, path: 'email', rule: 'listed_twice', params: { line: before }, value: parsed.data.email });
      continue;
    }
    lineOf.set(address, line);
    recipients.push({ ...parsed.data, line });
  }
  return { recipients, faults };
}
