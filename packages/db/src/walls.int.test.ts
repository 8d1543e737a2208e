import { describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { newId } from './index.ts';
import {
  aBusinessProfile,
  aCustomer,
  aCustomerUser,
  aCustomerView,
  aDelivery,
  aHandOver,
  aMailTemplate,
  anAgreementRequest,
  anApiKey,
  anEndCertificate,
  anEvent,
  anInvitation,
  anOperation,
  anOrganization,
  aPartner,
  aPartnership,
  aPartnerUser,
  aPartnerUserInvitation,
  aPasswordLink,
  aPlannedEnd,
  aProfileLogo,
  aPurchase,
  aSealedEvent,
  aSignInProvider,
  aSubscription,
  aSuppression,
  aVisit,
  useTestDatabase,
} from './testing/index.ts';

const test = useTestDatabase();
const ourRoles = ['clientele_api', 'clientele_worker', 'clientele_relay', 'clientele_finder'];
/** Tables with no partner_id of which a partner still sees only its own. */
const alsoWalled = ['partners', 'organizations', 'customer_users', 'partnerships'];
/** What a search looks up, in functions of the finder. */
const ofFinder = ['customer_words', 'partner_listings'];
/** Of people, whatever partner: better-auth's, and the links that let customers in. */
const ofPeople = [
  ...['users', 'sessions', 'accounts', 'verifications', 'sign_in_requests'],
  ...['authenticator_apps', 'passkeys', 'passkey_challenges', 'recovery_codes'],
];
/** Of nobody: counts under keys that say nothing. */
const ofNobody = ['attempts'];

async function walledTables(): Promise<string[]> {
  const rows = await test.sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and (c.relname = any(${alsoWalled}) or exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'partner_id' and not a.attisdropped)) order by 1`;
  return rows.map((row) => row.name);
}

/** A partner with a row in every walled table. */
async function furnished() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const organization = await anOrganization(test.sql);
  await aCustomerUser(test.sql, organization);
  const customer = await aCustomer(test.sql, partner, { organizationId: organization.id, domain: organization.domain });
  await aPartnership(test.sql, partner, await aPartner(test.sql, { type: 'indirect-reseller' }));
  await aSubscription(test.sql, customer);
  await aCustomerView(test.sql, partner, author);
  await aPurchase(test.sql, customer);
  await anAgreementRequest(test.sql, customer, author);
  const invitation = await anInvitation(test.sql, partner, author);
  await aDelivery(test.sql, partner, { invitationId: invitation.id });
  await aVisit(test.sql, invitation);
  await aHandOver(test.sql, invitation);
  const operation = await anOperation(test.sql, partner, author);
  await test.sql`insert into operation_rows (partner_id, operation_id, position, label, state) values (${partner.id}, ${operation.id}, 1, 'x', 'pending')`;
  const event = await anEvent(test.sql, partner);
  await aSealedEvent(test.sql, partner, event);
  const importId = newId();
  await test.sql`insert into imports (id, partner_id, state, file_name, created_by, created_at) values (${importId}, ${partner.id}, 'ready', 'f.csv', ${author.id}, now())`;
  await test.sql`insert into import_rows values (${partner.id}, ${importId}, 1, 2, '["x"]')`;
  await test.sql`insert into import_domains values (${partner.id}, ${newId()}, 'x.example', 1)`;
  await aSuppression(test.sql, partner);
  await anApiKey(test.sql, partner, author);
  await aSignInProvider(test.sql, partner, author);
  await aPartnerUserInvitation(test.sql, partner, author);
  await aPasswordLink(test.sql, partner, author);
  await aMailTemplate(test.sql, partner, author);
  await aBusinessProfile(test.sql, partner, author);
  await aProfileLogo(test.sql, partner);
  await aPlannedEnd(test.sql, customer, author);
  await anEndCertificate(test.sql, customer);
  await test.sql`insert into calendar_feeds values (${newId()}, ${partner.id}, ${author.id}, 1, now())`;
  await test.sql`insert into partner_settings values (${partner.id}, '{}', 1, ${author.id}, now())`;
  await test.sql`insert into idempotency_keys values (${partner.id}, ${author.id}, 'k', 'f', '{}', now())`;
  return { partner, author, customer, organization };
}

/** Runs one statement as a process of ours would, for a partner or for none. `refused`, or the number of rows. */
async function attempt(db: Database, partnerId: string | null, statement: string): Promise<number | 'refused'> {
  try {
    const result = await db.sql.begin(async (tx) => {
      if (partnerId !== null) await tx`select set_config('app.partner_id', ${partnerId}, true)`;
      return tx.unsafe(statement);
    });
    return result.count;
  } catch (error) {
    // 42501: no privilege, or a policy refuses the new row. 42804, 23xxx and the like would be faults of the test.
    if ((error as { code?: string }).code === '42501') return 'refused';
    throw error;
  }
}

describe('the walls between partners', () => {
  it('stand on every table that has a partner_id, and on partners, organizations and their users; for the owner, too', async () => {
    const rows = await test.sql<{ name: string; enabled: boolean; forced: boolean }[]>`
      select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class where relname = any(${await walledTables()}) and relkind = 'r'`;
    expect(rows.length).toBe(39);
    for (const row of rows) expect(row, row.name).toMatchObject({ enabled: true, forced: true });
    const all = await test.sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`;
    // A new table is either walled or named here on purpose.
    expect(all.map((row) => row.name).sort()).toEqual([...rows.map((row) => row.name), ...ofPeople, ...ofNobody].sort());
  });

  it('have a policy for each role and statement that the role may use, and one without a condition only for finder and relay', async () => {
    const rights = await test.sql<{ name: string; role: string; command: string }[]>`
      select c.relname as name, role, command from pg_class c, unnest(${ourRoles}::text[]) role, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) command
      where c.oid in (select table_name::regclass from unnest(${await walledTables()}::text[]) table_name)
        and (has_table_privilege(role, c.oid, command) or (command <> 'DELETE' and has_any_column_privilege(role, c.oid, command)))`;
    const policies = await test.sql<{ name: string; roles: string[]; cmd: string; qual: string | null; with_check: string | null }[]>`
      select tablename as name, roles::text[] as roles, cmd, qual, with_check from pg_policies where schemaname = 'public'`;
    expect(rights.length).toBeGreaterThan(100);
    for (const { name, role, command } of rights)
      expect(
        policies.filter((policy) => policy.name === name && policy.roles.includes(role) && ['ALL', command].includes(policy.cmd)),
        `${role} ${command} ${name}`,
      ).not.toEqual([]);
    for (const policy of policies) {
      expect(policy.roles, policy.name).not.toContain('public');
      if (policy.roles.some((role) => role === 'clientele_api' || role === 'clientele_worker'))
        expect(`${policy.qual} ${policy.with_check}`, `${policy.name} ${policy.cmd}`).toContain('current_partner_id()');
    }
    // Nobody may empty a table, which no policy sees, nor look through a view, which has its owner's eyes.
    const more = await test.sql`
      select c.relname, role, privilege from pg_class c, unnest(${[...ourRoles, 'public']}::text[]) role, unnest(array['TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN']) privilege
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(role, c.oid, privilege)`;
    expect(more).toEqual([]);
    expect(
      await test.sql`select c.relname from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace and a.grantee = 0`,
    ).toEqual([]);
    expect(await test.sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`).toEqual(
      [],
    );
  });

  it('hold roles that own nothing, bypass nothing and cannot become more', async () => {
    const roles =
      await test.sql`select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolinherit from pg_roles where rolname like 'clientele%'`;
    expect(roles.map((role) => role.rolname).sort()).toEqual([...ourRoles].sort());
    for (const role of roles)
      expect(role).toMatchObject({
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolcanlogin: false,
        rolinherit: false,
      });
    expect(
      await test.sql`select from pg_auth_members where member in (select oid from pg_roles where rolname = any(${ourRoles}))`,
    ).toHaveLength(0);
    const owned = await test.sql`select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(${ourRoles})`;
    expect(owned).toEqual([]);
    expect(
      await test.sql`select nspname from pg_namespace n join pg_roles r on r.oid = n.nspowner where r.rolname = any(${ourRoles})`,
    ).toEqual([]);
    for (const role of ourRoles)
      expect((await test.sql`select has_schema_privilege(${role}, 'public', 'create') as may`)[0]?.may).toBe(false);
    // None of them, the finder neither, may become another of our roles or whoever owns the tables, not even by `set role` alone.
    const [{ owner } = { owner: '' }] = await test.sql<
      { owner: string }[]
    >`select tableowner as owner from pg_tables where tablename = 'customers'`;
    for (const role of ourRoles)
      for (const other of [...ourRoles, owner].filter((name) => name !== role))
        expect((await test.sql`select pg_has_role(${role}, ${other}, 'set') as may`)[0]?.may, `${role} ${other}`).toBe(false);
  });

  it('are crossed only by functions that the finder owns, that the public may not call, and whose search path is fixed', async () => {
    const functions = await test.sql`
      select p.proname as name, r.rolname as owner, p.proconfig as config, coalesce(p.proacl::text, '') as acl from pg_proc p join pg_roles r on r.oid = p.proowner
      join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and n.nspname = 'public'`;
    expect(functions.length).toBeGreaterThan(5);
    for (const fn of functions) {
      expect(fn.owner, fn.name).toBe('clientele_finder');
      expect(fn.config, fn.name).toEqual(['search_path=public']);
      expect(fn.acl, fn.name).not.toMatch(/(^|[{,])=X/);
    }
  });

  it('let nobody of ours know whose an id is that is not its partner’s, but that it is somebody’s', async () => {
    const [mine, theirs] = [await furnished(), await furnished()];
    const asked = `select * from belongs_elsewhere(array['${theirs.customer.id}', '${mine.customer.id}', '${newId()}', '${theirs.author.id}', 'x', ''])`;
    expect(await attempt(test.api, mine.partner.id, asked)).toBe(2);
    expect(await attempt(test.api, null, asked)).toBe(0);
    expect(await attempt(test.worker, mine.partner.id, asked)).toBe('refused');
    expect(await attempt(test.relay, null, asked)).toBe('refused');
  });

  it('show no row of any table while no partner is set', async () => {
    await furnished();
    for (const db of [test.api, test.worker])
      for (const table of await walledTables()) {
        expect([0, 'refused'], `${db.role} ${table}`).toContain(await attempt(db, null, `select * from ${table}`));
        expect([0, 'refused'], `${db.role} ${table}`).toContain(await attempt(db, '', `select * from ${table}`));
      }
    await expect(attempt(test.api, 'not an id', 'select * from customers')).rejects.toThrow('uuid');
  });

  it('let a partner see, change and remove nothing of another, in any table', async () => {
    const mine = await furnished();
    const theirs = await furnished();
    for (const db of [test.api, test.worker])
      for (const table of await walledTables()) {
        const hasPartner = !alsoWalled.includes(table);
        const key =
          { partners: 'id', organizations: 'id', customer_users: 'organization_id', partnerships: 'provider_id' }[table] ?? 'partner_id';
        const id =
          { partners: theirs.partner.id, organizations: theirs.organization.id, customer_users: theirs.organization.id }[table] ??
          theirs.partner.id;
        const [column] = await test.sql<{ name: string }[]>`
          select column_name as name from information_schema.columns where table_name = ${table} and table_schema = 'public' and column_name <> ${key} order by ordinal_position limit 1`;
        const before = await test.sql.unsafe(`select * from ${table} where ${key} = '${id}'`);
        expect(before.length, table).toBeGreaterThan(0);
        const nothing = [0, 'refused'];
        expect(nothing, `${db.role} select ${table}`).toContain(
          await attempt(db, mine.partner.id, `select * from ${table} where ${key} = '${id}'`),
        );
        expect(nothing, `${db.role} update ${table}`).toContain(
          await attempt(db, mine.partner.id, `update ${table} set ${column?.name} = ${column?.name} where ${key} = '${id}'`),
        );
        expect(nothing, `${db.role} delete ${table}`).toContain(
          await attempt(db, mine.partner.id, `delete from ${table} where ${key} = '${id}'`),
        );
        if (hasPartner) {
          // A row of mine moved over to them, and a row of theirs made by me.
          const moved = await attempt(db, mine.partner.id, `update ${table} set partner_id = '${theirs.partner.id}'`);
          expect(moved, `${db.role} move ${table}`).toBe('refused');
          const columns = (
            await test.sql<
              { name: string }[]
            >`select column_name as name from information_schema.columns where table_name = ${table} and table_schema = 'public' and is_generated = 'NEVER'`
          ).map((one) => one.name);
          const row = columns.map((name) =>
            name === 'id' ? `'${newId()}'::uuid` : name === 'partner_id' ? `'${theirs.partner.id}'::uuid` : name,
          );
          expect(nothing, `${db.role} insert ${table}`).toContain(
            await attempt(
              db,
              mine.partner.id,
              `insert into ${table} (${columns.join(', ')}) select ${row.join(', ')} from ${table} limit 1`,
            ),
          );
        }
        expect(await test.sql.unsafe(`select * from ${table} where ${key} = '${id}'`), table).toEqual(before);
      }
  });

  it('show a partner its own rows, but for those that only the finder reads', async () => {
    const mine = await furnished();
    await furnished();
    for (const table of await walledTables()) {
      const own = ofFinder.includes(table) ? 'refused' : 1;
      expect(await attempt(test.api, mine.partner.id, `select 1 from ${table}`), table).toBe(own);
    }
  });

  it('show a partnership to its two sides, with the other one’s name, and to nobody else', async () => {
    const [provider, reseller, stranger] = [await aPartner(test.sql), await aPartner(test.sql), await aPartner(test.sql)];
    await aPartnership(test.sql, provider, reseller);
    const seen = (partner: { id: string }) => attempt(test.api, partner.id, 'select * from partnerships');
    expect([await seen(provider), await seen(reseller), await seen(stranger)]).toEqual([1, 1, 0]);
    const known = (partner: { id: string }, id: string) =>
      attempt(test.api, partner.id, `select * from partnered_partners() where id = '${id}'`);
    expect([await known(provider, reseller.id), await known(reseller, provider.id), await known(stranger, provider.id)]).toEqual([1, 1, 0]);
    const made = `insert into partnerships (id, provider_id, reseller_id, state, company_name, requested_by, requested_at, since)
      values ('${newId()}', '${stranger.id}', '${reseller.id}', 'active', 'x', 'x', now(), now())`;
    expect([await attempt(test.api, provider.id, made), await attempt(test.api, null, made)]).toEqual(['refused', 'refused']);
  });

  it('show an organisation and its users to the partners that serve it, and to no other', async () => {
    const [one, other, stranger] = [await furnished(), await furnished(), await furnished()];
    await aCustomer(test.sql, other.partner, { organizationId: one.organization.id, domain: one.organization.domain });
    const seen = (partner: { id: string }) =>
      attempt(test.api, partner.id, `select * from customer_users where organization_id = '${one.organization.id}'`);
    expect([await seen(one.partner), await seen(other.partner), await seen(stranger.partner)]).toEqual([1, 1, 0]);
  });

  it('show them to nobody for a row alone: an imported, asked or former customer opens nothing', async () => {
    const one = await furnished();
    const seen: Record<string, (number | 'refused')[]> = {};
    for (const relationship of ['none', 'requested', 'active', 'ending', 'ended'] as const) {
      const partner = await aPartner(test.sql);
      await aCustomer(test.sql, partner, { organizationId: one.organization.id, domain: one.organization.domain, relationship });
      seen[relationship] = [];
      for (const db of [test.api, test.worker]) {
        seen[relationship].push(
          await attempt(db, partner.id, `select * from customer_users where organization_id = '${one.organization.id}'`),
        );
        seen[relationship].push(await attempt(db, partner.id, `select * from organizations where id = '${one.organization.id}'`));
      }
    }
    const nothing = [0, 0, 0, 0];
    expect(seen).toEqual({ none: nothing, requested: nothing, active: [1, 1, 1, 1], ending: [1, 1, 1, 1], ended: nothing });
  });

  it('let a partner add no user to an organisation that it has no row about', async () => {
    const [mine, theirs] = [await furnished(), await furnished()];
    expect(
      await attempt(
        test.api,
        mine.partner.id,
        `insert into customer_users (id, organization_id, first_name, last_name, email, role, created_at) values ('${newId()}', '${theirs.organization.id}', 'A', 'B', 'a@b.example', 'global-admin', now())`,
      ),
    ).toBe('refused');
  });

  it('give the relay the outbox and nothing else', async () => {
    await furnished();
    for (const table of [...(await walledTables()), ...ofPeople, ...ofNobody])
      if (table !== 'events') expect(await attempt(test.relay, null, `select * from ${table}`), table).toBe('refused');
    expect(await attempt(test.relay, null, 'select id, type, data from events')).toBeGreaterThan(0);
    expect(await attempt(test.relay, null, 'select * from events')).toBe('refused');
    expect(await attempt(test.relay, null, "update events set data = '{}'")).toBe('refused');
    expect(await attempt(test.relay, null, 'delete from events')).toBe('refused');
  });

  it('let nobody of ours change or remove what stands in the activity log', async () => {
    const mine = await furnished();
    for (const db of [test.api, test.worker]) {
      expect(await attempt(db, mine.partner.id, "update events set type = 'x'")).toBe('refused');
      expect(await attempt(db, mine.partner.id, 'delete from events')).toBe('refused');
      expect(await attempt(db, mine.partner.id, 'truncate events')).toBe('refused');
      for (const table of ['event_seals', 'log_checkpoints']) {
        expect(await attempt(db, mine.partner.id, `update ${table} set hash = hash`), table).toBe('refused');
        expect(await attempt(db, mine.partner.id, `delete from ${table}`), table).toBe('refused');
        expect(await attempt(db, mine.partner.id, `truncate ${table}`), table).toBe('refused');
      }
      // What waits for its seal is put there by the database alone.
      expect(await attempt(db, mine.partner.id, `insert into unsealed_events values ('${mine.partner.id}', '${newId()}')`)).toBe('refused');
    }
    expect(await attempt(test.api, mine.partner.id, 'delete from unsealed_events')).toBe('refused');
    expect(
      await attempt(test.api, mine.partner.id, `insert into event_seals select partner_id, 2, '${newId()}', hash from event_seals`),
    ).toBe('refused');
  });

  it('keep sign-ins from the worker', async () => {
    for (const table of ofPeople.filter((name) => name !== 'users' && name !== 'sign_in_requests'))
      expect(await attempt(test.worker, null, `select * from ${table}`)).toBe('refused');
    expect(await attempt(test.worker, null, "select * from session_actor('x')")).toBe('refused');
  });

  it('keep the addresses that people ask a link for from the API, and let it use none up but by the function', async () => {
    await test.sql`insert into sign_in_requests (id, address, language, mailbox, state, next_attempt_at, created_at, expires_at)
      values (${newId()}, 'a@people.example', 'en', 'a@people.example', 'sent', now(), now(), now() + interval '15 minutes')`;
    for (const statement of [
      'select address from sign_in_requests',
      'select mailbox from sign_in_requests',
      'update sign_in_requests set used_at = now()',
      'delete from sign_in_requests',
      "select sign_in_mailbox('a@people.example', 'public')",
      "select people_of_mailbox('a@people.example', 'public')",
    ])
      expect(await attempt(test.api, null, statement), statement).toBe('refused');
    for (const statement of [
      'update sign_in_requests set used_at = now()',
      "select * from people_of_sign_in('0190a000-0000-7000-8000-000000000000', now())",
      "select use_sign_in('0190a000-0000-7000-8000-000000000000', '0190a000-0000-7000-8000-000000000000', now(), 'x')",
      "select * from partners_of_person('x')",
    ])
      expect(await attempt(test.worker, null, statement), statement).toBe('refused');
  });

  it('let the API count attempts and nothing else: it can neither see, change nor remove a count but by the functions', async () => {
    expect(await attempt(test.api, null, "select * from count_attempt('a key', 60, null)")).toBe(1);
    for (const statement of [
      'select count from attempts',
      'update attempts set count = 0',
      'delete from attempts',
      "insert into attempts values ('another key', 1, now())",
      'select forget_old_attempts(now())',
    ])
      expect(await attempt(test.api, null, statement), statement).toBe('refused');
    for (const statement of [
      'select count from attempts',
      "select * from count_attempt('a key', 60, null)",
      "select forget_attempts('a key')",
      "select take_back_attempt('a key')",
      "select * from partner_user_of_email('a@b.example')",
    ])
      expect(await attempt(test.worker, null, statement), statement).toBe('refused');
  });

  it('end with the transaction: the next one on the connection has no partner', async () => {
    const mine = await furnished();
    const db = test.api;
    await Promise.all(Array.from({ length: 30 }, () => attempt(db, mine.partner.id, 'select 1 from customers')));
    const after = await Promise.all(Array.from({ length: 30 }, () => attempt(db, null, 'select 1 from customers')));
    expect(new Set(after)).toEqual(new Set([0]));
  });
});
