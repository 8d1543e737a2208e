import { type OperationKind, operationSteps } from '@clientele/domain';
import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGate } from './testing/gate.ts';
import {
  allSettled,
  allSucceed,
  type Backend,
  eventCounts,
  newCustomer,
  type Operation,
  type Portal,
  startPortal,
} from './testing/portal.ts';

/** Where in a step the worker dies: when the step is marked as begun, and when all it does is written and not committed. */
const moments = ['running', 'done'] as const;
type Moment = (typeof moments)[number];

const stepsOf = (kind: OperationKind) => operationSteps[kind].flatMap((step) => moments.map((moment) => ({ step, moment })));
const nameOf = (step: string, moment: Moment) => `${step.replaceAll('_', '')}${moments.indexOf(moment)}`;
const domainOf = (name: string) => `${name}.clientele.cloud`;

describe.each<Backend>(['postgres', 'redis'])('a worker that is killed, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('inside a step', () => {
    let portal: Portal;
    const operations = new Map<string, Operation>();

    /** Starts these operations, kills the worker when each stands inside its own step, and has another worker go on. */
    async function dieInside(plan: Map<string, { name: string; moment: Moment; step: string }>): Promise<void> {
      const held = JSON.stringify([...plan].map(([id, { step, moment }]) => ({ id, name: step, state: moment })));
      const gate = await makeGate(
        portal,
        'operations',
        `exists (select from jsonb_to_recordset('${held}') as held (id uuid, name text, state text)
          join jsonb_to_recordset(new.steps) as step (name text, state text)
            on step.name = held.name and (step.state = held.state or (held.state = 'done' and step.state = 'skipped'))
          where held.id = new.id)`,
      );
      const worker = portal.startWorker();
      await gate.reached(plan.size);
      await worker.kill();
      await gate.open();
      const successor = portal.startWorker();
      await allSucceed(portal, [...plan.keys()]);
      await allSettled(portal);
      await successor.kill();
      for (const [id, { name }] of plan) operations.set(name, await portal.ask<Operation>('GET', `/api/operations/${id}`));
    }

    beforeAll(async () => {
      portal = await startPortal({ backend, pace: { operationsAtOnce: 20 }, env: { DATABASE_CONNECTIONS: '40', MAIL_CONNECTIONS: '10' } });
      const onboardings = new Map<string, { name: string; moment: Moment; step: string }>();
      for (const { step, moment } of stepsOf('customer-onboarding')) {
        const name = nameOf(step, moment);
        const { id } = await portal.ask<Operation>('POST', '/api/customers', newCustomer(name));
        onboardings.set(id, { name, moment, step });
      }
      await dieInside(onboardings);

      // Customers whose relationship can end, and has something to lose.
      const worker = portal.startWorker();
      const ids: string[] = [];
      for (const { step, moment } of stepsOf('relationship-end')) {
        const order = newCustomer(nameOf(step, moment), { subscriptions: false });
        ids.push((await portal.ask<Operation>('POST', '/api/customers', order)).id);
      }
      await allSucceed(portal, ids);
      await allSettled(portal);
      await worker.stop();
      const ends = new Map<string, { name: string; moment: Moment; step: string }>();
      for (const { step, moment } of stepsOf('relationship-end')) {
        const name = nameOf(step, moment);
        const [row] = await portal.sql`update customers set support_contact = 'Help Desk' where domain = ${domainOf(name)} returning id`;
        const { id } = await portal.ask<Operation>('POST', `/api/customers/${row?.id}/relationship/end`, {
          customerId: row?.id,
          domain: domainOf(name),
        });
        ends.set(id, { name, moment, step });
      }
      await dieInside(ends);
    }, 120_000);

    afterAll(() => portal?.stop());

    it.each(stepsOf('customer-onboarding'))('onboards each customer once when it dies in $step ($moment)', async ({ step, moment }) => {
      const name = nameOf(step, moment);
      const operation = operations.get(name);
      expect(operation).toMatchObject({ state: 'succeeded' });
      expect(operation?.steps.map(({ state }) => state)).toEqual(operation?.steps.map(() => 'done'));
      const customers = await portal.sql`select id, relationship, organization_id from customers where domain = ${domainOf(name)}`;
      expect(customers).toMatchObject([{ id: operation?.customerId, relationship: 'active' }]);
      const customerId = customers[0]?.id as string;
      const [rows] = await portal.sql`select
        (select count(*)::int from organizations where domain = ${domainOf(name)}) as organizations,
        (select count(*)::int from customer_users where organization_id = ${customers[0]?.organization_id}) as admins,
        (select count(*)::int from subscriptions where customer_id = ${customerId}) as subscriptions,
        (select count(*)::int from deliveries where customer_id = ${customerId} and attempts = 1) as deliveries`;
      expect(rows).toEqual({ organizations: 1, admins: 1, subscriptions: 1, deliveries: 1 });
      expect(await eventCounts(portal, customerId)).toEqual({
        'customer.created': 1,
        'customer_user.added': 1,
        'agreement.attested': 1,
        'relationship.established': 1,
        'subscription.added': 1,
        'mail.queued': 1,
        'mail.sent': 1,
        'operation.succeeded': 1,
      });
      expect(portal.mail.received.filter(({ to }) => to === `${name}@customer.example`)).toHaveLength(1);
    });

    it.each(stepsOf('relationship-end'))('ends each relationship once when it dies in $step ($moment)', async ({ step, moment }) => {
      const name = nameOf(step, moment);
      const operation = operations.get(name);
      expect(operation).toMatchObject({ state: 'succeeded' });
      const [customer] =
        await portal.sql`select relationship, delegated_admin, support_contact, snapshot, id from customers where domain = ${domainOf(name)}`;
      expect(customer).toMatchObject({
        relationship: 'ended',
        delegated_admin: false,
        support_contact: null,
        snapshot: { delegatedAdmin: true, supportContact: 'Help Desk' },
      });
      expect(await eventCounts(portal, customer?.id)).toMatchObject({
        'relationship.end_requested': 1,
        'delegated_admin.taken_away': 1,
        'support_contact.removed': 1,
        'relationship.ended': 1,
        // Welcome, and the two about the end.
        'mail.queued': 3,
        'mail.sent': 3,
        // Queued and succeeded once for the end; the onboarding was queued before there was a customer.
        'operation.queued': 1,
        'operation.succeeded': 2,
      });
      const mails = await portal.sql<
        { message_id: string; kind: string }[]
      >`select message_id, kind from deliveries where customer_id = ${customer?.id} order by kind`;
      expect(mails.map(({ kind }) => kind)).toEqual(['relationship_ended_customer', 'relationship_ended_partner', 'welcome']);
      for (const { message_id } of mails) expect(portal.mail.received.filter((mail) => mail.messageId === message_id)).toHaveLength(1);
    });
  });
});
