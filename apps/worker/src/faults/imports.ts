import type { RowWatch } from './many.ts';
import { type Pair, Violation } from './model.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

/** An import of a few customers that asks each for a relationship: a dry run, somebody who looks at it, and the writing. */
export function createImportActs(scene: Scene, { rowsOf, expect }: RowWatch) {
  const { installation, model, people, told } = scene;
  const { sql } = installation.portal;

  async function importCustomers({ partner, boxes, invitations }: Act<'import'>): Promise<void> {
    const pairs: Pair[] = [];
    for (const { organization } of boxes) {
      const pair = await scene.seenPair({ partner, organization });
      if (pair.relationship === 'absent') pairs.push(pair);
    }
    const [first] = pairs;
    if (!first) return told('  it has all of them');
    const emailOf = (pair: Pair) =>
      model.organizationOf(pair).mailboxes[boxes.find(({ organization }) => organization === pair.organization)?.mailbox ?? 0] ?? '';
    const lines = pairs.map((pair) => `Company of faults,${model.organizationOf(pair).domain},Grace,Hopper,${emailOf(pair)}`);
    const file = await people.upload(scene.partnerOf(first).cookie, ['company,domain,first,last,email', ...lines].join('\n'));
    const order = {
      ...{ mapping: { companyName: 0, domain: 1, firstName: 2, lastName: 3, email: 4 }, country: 'DE', language: 'en' },
      request: { delegatedAdmin: true, message: 'Please.' },
    };
    const made = await scene.act(first, 'POST', `/api/imports/${file.id}/start`, order, (body) => [
      { says: 'done', effect: () => model.addManyOperation(body.id, 'customer-import', first) },
    ]);
    if (!made) return;
    for (const row of await rowsOf(made.id, ['paused'])) expect(row, ['would_create']);
    // With a key of its own, so that whoever asks again resumes once.
    const resumed = await people.command(scene.partnerOf(first).cookie, 'POST', `/api/operations/${made.id}/resume`, {}, `${made.id}-go`, {
      api: scene.command().api,
    });
    if (resumed?.says !== 'done') throw new Violation(`an import that waits was not let go on: ${resumed?.says}`);
    const rows = await rowsOf(made.id);
    if (rows.length !== pairs.length) throw new Violation(`${rows.length} rows, and ${pairs.length} customers were in the file`);
    for (const [nth, pair] of pairs.entries()) {
      const [row, email] = [rows[nth], emailOf(pair)];
      const mayBe = model.sending(pair, email, () => {}).map(({ says }) => (says === 'done' ? 'asked' : 'not_asked'));
      const word = row && expect(row, mayBe);
      model.imported(pair, row?.customer_id ?? '', email);
      if (word !== 'asked') continue;
      const [invitation] = await sql`select id from invitations where customer_id = ${pair.customerId} and state = 'pending'`;
      if (!invitation) throw new Violation(`a row says that ${email} was asked, and there is no request`);
      model.addInvitation(invitations + nth, { id: invitation.id, pair, email, delegatedAdmin: true, isAttached: true });
    }
  }

  return { importCustomers };
}
