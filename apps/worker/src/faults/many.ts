import { type Pair, Violation } from './model.ts';
import { patiently } from './patience.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

interface Row {
  position: number;
  label: string;
  customer_id: string | null;
  state: string;
  outcome: string | null;
  failures: { code: string }[] | null;
}

/** What a row says became of it, in one word. */
const wordOf = ({ state, outcome, failures }: Row): string => outcome ?? failures?.[0]?.code ?? state;

/** Looks at operations over many: each row has to say what came of it. */
export function createRowWatch({ installation, strike, told }: Scene) {
  const { sql } = installation.portal;

  /** The rows of an operation that has come to its end, or to one of these states, whoever dies meanwhile. */
  async function rowsOf(operationId: string, states = ['succeeded', 'failed']): Promise<Row[]> {
    await patiently('the operation over many comes to its end', async () => {
      const [row] = await sql`select state from operations where id = ${operationId}`;
      if (states.includes(row?.state)) return true;
      await strike('worker-back');
      return false;
    });
    const rows = await sql<Row[]>`select position, label, customer_id, state, outcome, failures from operation_rows
      where operation_id = ${operationId} order by position`;
    told(`  ${rows.map(wordOf).join(', ')}`);
    return rows;
  }

  function expect(row: Row, allowed: string[]): string {
    const word = wordOf(row);
    if (!allowed.includes(word))
      throw new Violation(`row ${row.position} (${row.label}) of an operation says "${word}", and may say ${allowed.join(' or ')} only`);
    return word;
  }

  return { rowsOf, expect };
}

export type RowWatch = ReturnType<typeof createRowWatch>;

/** Work over a list of people, and over a selection of customers. */
export function createManyActs(scene: Scene, { rowsOf, expect }: RowWatch) {
  const { installation, model, told } = scene;
  const { sql } = installation.portal;

  /** Sends invitations to a list. The same address may stand in it twice. */
  async function inviteMany({ partner, boxes, invitations }: Act<'invite-many'>): Promise<void> {
    const pairs = boxes.map(({ organization }) => model.pairOf({ partner, organization }));
    for (const pair of pairs) await scene.look(pair);
    const emails = boxes.map(({ mailbox }, nth) => model.organizationOf(pairs[nth] as Pair).mailboxes[mailbox] ?? '');
    const recipients = emails.map((email, nth) => ({ email, companyName: `Company ${nth}`, language: 'en' }));
    const order = { recipients, delegatedAdmin: false, messages: { en: 'Please.', ja: 'Please.' } };
    const [first] = pairs as [Pair];
    const made = await scene.act(first, 'POST', '/api/invitations/send-many', order, (body) => [
      { says: 'done', effect: () => model.addManyOperation(body.id, 'invitations-send', first) },
    ]);
    if (!made) return;
    const rows = await rowsOf(made.id);
    for (const [nth, row] of rows.entries()) {
      const [pair, email] = [pairs[nth] as Pair, emails[nth] ?? ''];
      const outcomes = model.sending(pair, email, () => {}).map(({ says }) => rowWords[says] ?? says);
      if (expect(row, outcomes) !== 'asked') continue;
      const known = [...model.invitations.values()].map(({ id }) => id);
      const [invitation] = await sql`select id from invitations where partner_id = ${scene.partnerOf(pair).id} and email = ${email}
        and state = 'pending' and id <> all(${known}::uuid[])`;
      if (!invitation) throw new Violation(`row ${row.position} says that ${email} was asked, and there is no invitation`);
      model.addInvitation(invitations + nth, { id: invitation.id, pair, email, delegatedAdmin: false, isAttached: false });
    }
  }

  const rowWords: Record<string, string> = {
    done: 'asked',
    'validation_failed:already_invited': 'already_asked',
    'validation_failed:address_bounced': 'address_bounced',
  };

  /** Ends the relationships of every customer that the partner has. */
  async function endMany({ partner }: Act<'end-many'>): Promise<void> {
    const pairs: Pair[] = [];
    for (const candidate of model.pairs.filter((pair) => pair.partner === partner)) {
      const pair = await scene.seenPair(candidate);
      if (pair.customerId) pairs.push(pair);
    }
    if (pairs.length === 0) return told('  it has no customers');
    if (model.twoPeople.has(partner)) return told('  a second person would have to agree');
    const [first] = pairs as [Pair];
    const order = { action: 'end', mode: 'now', selection: { ids: pairs.map(({ customerId }) => customerId) } };
    const made = await scene.act(first, 'POST', '/api/customers/bulk', order, (body) => [
      { says: 'done', effect: () => model.addManyOperation(body.id, 'relationships-end', first) },
    ]);
    if (!made) return;
    const rows = await rowsOf(made.id);
    if (rows.length !== pairs.length) throw new Violation(`${rows.length} rows, and ${pairs.length} customers were chosen`);
    for (const pair of pairs) {
      const row = rows.find(({ customer_id }) => customer_id === pair.customerId);
      if (!row) throw new Violation(`no row of the operation is about ${pair.customerId}`);
      const allowed = model.possible(pair).map((state) => {
        if (state !== 'active') return state === 'ended' ? 'ended' : 'relationship';
        return pair.planned ? 'end_planned' : model.hasBlockers(pair) ? 'blocked' : 'ended';
      });
      if (expect(row, allowed) === 'ended' && pair.relationship === 'active') model.endedAsOneOfMany(pair);
    }
    // To who started it.
    model.count(first, 'mail.queued');
  }

  return { inviteMany, endMany };
}
