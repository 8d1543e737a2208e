import { type Context, customers, read } from '@clientele/db';
import { alikeFrom, companyKey, companyLikeness } from '@clientele/domain';
import { inArray, sql } from 'drizzle-orm';
import { demand } from '../access.ts';

/** So many candidates are looked at; more would only be ever less alike. */
const mostCandidates = 400;
const mostShown = 5;

/**
 * The partner's customers whose company names look like this one: the likest first. Warns of a second account for one customer and never
 * keeps anybody from making it. `except` is the customer that is being renamed.
 */
export async function findAlike(ctx: Context, input: { name: string; except?: string | undefined }) {
  demand(ctx, 'customers.see');
  const key = companyKey(input.name);
  if ([...key.replaceAll(' ', '')].length < 2) return { items: [] };
  return read(ctx, async (tx) => {
    // Both as it is compared and as it was typed: the index knows names as they were typed.
    const typed = input.name.toLowerCase();
    const found = await tx.execute<{ id: string }>(
      sql`select id from similar_customers(${key}, ${mostCandidates}) union select id from similar_customers(${typed}, ${mostCandidates})`,
    );
    const ids = found.map(({ id }) => id).filter((id) => id !== input.except);
    if (ids.length === 0) return { items: [] };
    const rows = await tx
      .select({
        id: customers.id,
        companyName: customers.companyName,
        domain: customers.domain,
        country: customers.country,
        relationship: customers.relationship,
      })
      .from(customers)
      .where(sql`${inArray(customers.id, ids)} and ${customers.onboardingOperationId} is null`);
    const scored = rows
      .map((row) => ({ ...row, likeness: companyLikeness(input.name, row.companyName) }))
      .filter(({ likeness }) => likeness >= alikeFrom)
      .sort((a, b) => b.likeness - a.likeness || a.companyName.localeCompare(b.companyName));
    return { items: scored.slice(0, mostShown).map(({ likeness, ...row }) => ({ ...row, isSame: likeness === 1 })) };
  });
}
