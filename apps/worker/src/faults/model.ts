import type { EventType, InvitationState, PlannedEndState, PurchaseState, RelationshipState, SubscriptionState } from '@clientele/domain';
import { organizationKinds, partnersOfARun } from './plan.ts';

/** `absent`: the partner has no such customer; `onboarding`: an operation is making it. */
type Standing = RelationshipState | 'absent' | 'onboarding';

interface Bought<State> {
  id: string;
  usage: boolean;
  /** Of a reservation: what it is prepaid on. */
  subscriptionId?: string | null;
  state: State;
}

/** What the model knows of one partner and one organisation. */
export interface Pair {
  partner: number;
  organization: number;
  relationship: Standing;
  customerId: string | null;
  /** There was a relationship, and it has ended: a further one is a reinstatement. */
  hasEnded: boolean;
  hadRelationship: boolean;
  agreement: boolean;
  delegatedAdmin: boolean;
  supportContact: string | null;
  /** What ending took away. */
  snapshot: { supportContact: string | null } | null;
  subscriptions: Bought<SubscriptionState>[];
  purchases: Bought<PurchaseState>[];
  contact: string;
  /** The operation that onboards it, and the newest one that ends it. */
  onboarding: string | null;
  end: string | null;
  /** The end that waits. */
  planned: PlannedEnd | null;
  /** Its delegated admin has run out; the watcher will take it away, or has done so already. */
  isExpiring: boolean;
  /** Its request has run out; the sweeper will take it back, or has done so already. */
  closing: Invitation | null;
}

/** An end that has not begun, or what became of it. */
export interface PlannedEnd {
  id: string;
  mode: 'when-clear' | 'at';
  state: PlannedEndState;
  /** Its date is here. */
  hasCome: boolean;
  /** Whoever asked was told that something blocks it on its date. */
  isHeldUp: boolean;
}

export interface Organization {
  kind: (typeof organizationKinds)[number];
  domain: string;
  mailboxes: string[];
  hasUsers: boolean;
  /** The user who may sign in for it, and its session. */
  admin: { userId: string; cookie: string } | null;
}

export interface Invitation {
  id: string;
  pair: Pair;
  email: string;
  version: number;
  delegatedAdmin: boolean;
  /** It asks the customer that the partner has a row of. */
  isAttached: boolean;
  /** It asks an active customer for delegated admin, and for nothing else. */
  isAdminOnly?: boolean;
  state: InvitationState;
  /** Its time is over, and the sweeper has not been seen to have written that down. */
  isUnswept: boolean;
  /** Somebody else was named, and the partner has not decided; and how often that was so. */
  handOver: { id: string; email: string } | null;
  handOvers: number;
  /** How often the moment of a reminder came. */
  remindersDue: number;
}

export interface Operation {
  id: string;
  kind: 'customer-onboarding' | 'relationship-end' | 'invitations-send' | 'relationships-end' | 'customer-import';
  pair: Pair;
  retries: number;
  isCancelled: boolean;
}

/** One thing that may come of a command: what the API says then, and what is so afterwards. */
export interface Outcome {
  says: string;
  effect: () => void;
}

export const nothing = () => {};

/** A refusal because of the state that something is in. */
export const illegal = (thing: string): Outcome[] => [{ says: `illegal_transition:${thing}`, effect: nothing }];

/** Thrown for whatever is not as the model allows it. */
export class Violation extends Error {}

/** What must be true of one run: facts that answers have told, and what may be so meanwhile because a worker is at it. */
export class Model {
  readonly pairs: Pair[] = [];
  readonly organizations: Organization[];
  readonly invitations = new Map<number, Invitation>();
  readonly operations = new Map<string, Operation>();
  /** Every end that was planned, with its pair. */
  readonly plannedEnds: { pair: Pair; plan: PlannedEnd }[] = [];
  /** Partners that want a second person for an end. */
  readonly twoPeople = new Set<number>();
  /** Mailboxes that the mail server has refused. */
  readonly refused = new Set<string>();
  readonly #counts = new Map<string, { least: number; most: number }>();

  constructor(name: string) {
    this.organizations = organizationKinds.map((kind) => {
      const domain = kind === 'onboarded' ? `${name}.clientele.cloud` : `${name}-${kind}.example`;
      return { kind, domain, mailboxes: [0, 1, 2].map((index) => `box${index}@${domain}`), hasUsers: false, admin: null };
    });
    for (let partner = 0; partner < partnersOfARun; partner++)
      for (const [organization, { mailboxes }] of this.organizations.entries())
        this.pairs.push({
          ...{ partner, organization, relationship: 'absent', customerId: null, hasEnded: false, hadRelationship: false, agreement: false },
          ...{ delegatedAdmin: false, supportContact: null, snapshot: null, subscriptions: [], purchases: [] },
          ...{ contact: mailboxes[0] ?? '', onboarding: null, end: null, closing: null, planned: null, isExpiring: false },
        });
  }

  pairOf({ partner, organization }: { partner: number; organization: number }): Pair {
    const pair = this.pairs.find((candidate) => candidate.partner === partner && candidate.organization === organization);
    if (!pair) throw new Error('no such pair');
    return pair;
  }

  organizationOf(pair: Pair): Organization {
    return this.organizations[pair.organization] as Organization;
  }

  // ── activity records ───────────────────────────────────────────────────────────────────────────

  /** So many records of this type are due; `maybe` more may be, when what came first decides. */
  count(pair: Pair, type: EventType, times = 1, maybe = 0): void {
    const key = `${pair.partner} ${type}`;
    const { least, most } = this.#counts.get(key) ?? { least: 0, most: 0 };
    this.#counts.set(key, { least: least + times, most: most + times + maybe });
  }

  due(partner: number, type: EventType): { least: number; most: number } {
    return this.#counts.get(`${partner} ${type}`) ?? { least: 0, most: 0 };
  }

  // ── what may be so now ─────────────────────────────────────────────────────────────────────────

  /** Every state that a relationship may be in at this moment, given what is under way. */
  possible(pair: Pair): Standing[] {
    if (pair.relationship === 'ending') return ['ending', 'ended'];
    if (pair.relationship === 'requested' && pair.closing) return ['requested', this.#before(pair)];
    return [pair.relationship];
  }

  /** The relationship has been seen in this state. */
  learn(pair: Pair, seen: Standing): void {
    if (!this.possible(pair).includes(seen))
      throw new Violation(
        `the relationship of partner ${pair.partner} and organisation ${pair.organization} is ${seen}, and may be ${this.possible(pair).join(' or ')} only`,
      );
    if (seen === pair.relationship) return;
    if (pair.relationship === 'ending') {
      pair.snapshot = { supportContact: pair.supportContact };
      pair.hasEnded = true;
      pair.delegatedAdmin = false;
      pair.supportContact = null;
      // Nobody can consent to more of what is over.
      for (const invitation of this.invitations.values()) {
        if (invitation.pair !== pair || !invitation.isAdminOnly || invitation.state !== 'pending') continue;
        invitation.state = 'revoked';
        this.count(pair, 'invitation.revoked');
      }
    } else if (pair.closing) {
      this.count(pair, 'relationship.request_closed');
      pair.closing = null;
    }
    pair.relationship = seen;
  }

  #before(pair: Pair): Standing {
    return pair.hadRelationship ? 'ended' : 'none';
  }

  /** Outcomes for every state that the relationship may be in; whichever comes true tells the state. */
  ofRelationship(pair: Pair, outcomesOf: (state: Standing) => Outcome[]): Outcome[] {
    return this.possible(pair).flatMap((state) =>
      outcomesOf(state).map(({ says, effect }) => ({
        says,
        effect: () => {
          this.learn(pair, state);
          effect();
        },
      })),
    );
  }

  /** Whether an open invitation of the partner holds this mailbox. One that has run out holds it until it is swept. */
  #held(pair: Pair, email: string, except?: Invitation): boolean | 'maybe' {
    const others = [...this.invitations.values()].filter(
      (invitation) => invitation !== except && invitation.pair.partner === pair.partner && invitation.email === email,
    );
    // What asks for delegated admin is taken back with the end, which may have come without our having seen it.
    const mayBeTakenBack = ({ isAdminOnly, pair: of }: Invitation) => isAdminOnly && this.possible(of).includes('ended');
    const open = others.filter(({ state }) => state === 'pending');
    if (open.some((invitation) => !mayBeTakenBack(invitation))) return true;
    return open.length > 0 || others.some(({ isUnswept }) => isUnswept) ? 'maybe' : false;
  }

  /** Sending to a mailbox: done, or refused because of what is open or has come back. */
  sending(pair: Pair, email: string, effect: () => void, except?: Invitation): Outcome[] {
    const held = this.#held(pair, email, except);
    return [
      ...(held === true ? [] : [{ says: 'done', effect }]),
      ...(held ? [{ says: 'validation_failed:already_invited', effect: nothing }] : []),
      ...(this.refused.has(email) ? [{ says: 'validation_failed:address_bounced', effect: nothing }] : []),
    ];
  }

  /** Whether an invitation that is about the row of the pair is open, or has run out and may not be swept. */
  heldByRequest(pair: Pair): boolean {
    return [...this.invitations.values()].some(
      (invitation) => invitation.pair === pair && invitation.isAttached && (invitation.state === 'pending' || invitation.isUnswept),
    );
  }

  /** Whether something that the customer of the pair is asked waits for an answer: there is one such at most. */
  heldByQuestion(pair: Pair): boolean | 'maybe' {
    const asked = [...this.invitations.values()].filter(
      (invitation) => invitation.pair === pair && (invitation.isAttached || invitation.isAdminOnly),
    );
    if (asked.some(({ state }) => state === 'pending')) return true;
    return asked.some(({ isUnswept }) => isUnswept) ? 'maybe' : false;
  }

  // ── what comes of answers ──────────────────────────────────────────────────────────────────────

  addInvitation(
    number: number,
    invitation: Omit<Invitation, 'state' | 'isUnswept' | 'version' | 'handOver' | 'handOvers' | 'remindersDue'>,
  ): void {
    const { pair } = invitation;
    const open = { version: 1, state: 'pending', isUnswept: false, handOver: null, handOvers: 0, remindersDue: 0 } as const;
    this.invitations.set(number, { ...invitation, ...open });
    this.count(pair, 'invitation.created');
    this.count(pair, 'mail.queued');
    if (!invitation.isAttached) return;
    pair.relationship = 'requested';
    this.count(pair, 'relationship.requested');
  }

  /** A request that came to nothing leaves the relationship as it was before. */
  withdraw(invitation: Invitation, state: 'declined' | 'revoked'): void {
    const { pair } = invitation;
    invitation.state = state;
    if (!invitation.isAttached || pair.relationship !== 'requested') return;
    pair.relationship = this.#before(pair);
    this.count(pair, 'relationship.request_closed');
  }

  expire(invitation: Invitation): void {
    invitation.state = 'expired';
    invitation.isUnswept = true;
    this.count(invitation.pair, 'invitation.expired');
    if (invitation.isAttached && invitation.pair.relationship === 'requested') invitation.pair.closing = invitation;
  }

  /** The answer yes, with the relationship as it was found when the answer came. */
  accepted(invitation: Invitation, found: Standing): void {
    const { pair } = invitation;
    const organization = this.organizationOf(pair);
    if (pair.relationship === 'ending' && found === 'ended') this.learn(pair, 'ended');
    if (pair.closing) {
      // Swept before the answer, or never: the sweeper closes no request that has become a relationship.
      this.count(pair, 'relationship.request_closed', 0, 1);
      pair.closing = null;
    }
    invitation.state = 'accepted';
    this.count(pair, 'invitation.accepted');
    this.count(pair, 'mail.queued', 2);
    if (invitation.isAdminOnly) {
      this.count(pair, pair.delegatedAdmin ? 'delegated_admin.extended' : 'delegated_admin.granted');
      pair.delegatedAdmin = true;
      return;
    }
    if (pair.relationship === 'absent') this.count(pair, 'customer.created');
    if (!organization.hasUsers) this.count(pair, 'customer_user.added');
    if (!pair.agreement) this.count(pair, 'agreement.accepted');
    organization.hasUsers = true;
    pair.agreement = true;
    const isLive = pair.relationship === 'active' || pair.relationship === 'ending';
    const had = pair.delegatedAdmin;
    // What is ending gets nothing more.
    if (pair.relationship !== 'ending') pair.delegatedAdmin = invitation.delegatedAdmin || (isLive && had);
    if (pair.delegatedAdmin && !had) this.count(pair, 'delegated_admin.granted');
    if (had && invitation.delegatedAdmin && pair.relationship !== 'ending') this.count(pair, 'delegated_admin.extended');
    if (isLive) return;
    this.count(pair, pair.hasEnded ? 'relationship.reinstated' : 'relationship.established');
    if (pair.hasEnded) pair.supportContact = pair.snapshot?.supportContact ?? pair.supportContact;
    pair.snapshot = null;
    pair.hasEnded = false;
    pair.hadRelationship = true;
    pair.relationship = 'active';
  }

  /** Work over many of a partner; the pair is any of them. */
  addManyOperation(id: string, kind: 'invitations-send' | 'relationships-end' | 'customer-import', pair: Pair): void {
    this.operations.set(id, { id, kind, pair, retries: 0, isCancelled: false });
  }

  /** The partner has imported the customer, and has no relationship with it. */
  imported(pair: Pair, customerId: string, contact: string): void {
    Object.assign(pair, { relationship: 'none', customerId, contact });
    this.count(pair, 'customer.imported');
  }

  /** The end of a relationship that nothing blocked, within an operation over many. */
  endedAsOneOfMany(pair: Pair): void {
    this.count(pair, 'relationship.end_requested');
    if (pair.delegatedAdmin) this.count(pair, 'delegated_admin.taken_away');
    if (pair.supportContact) this.count(pair, 'support_contact.removed');
    this.count(pair, 'relationship.ended');
    this.count(pair, 'mail.queued');
    pair.relationship = 'ending';
    this.learn(pair, 'ended');
  }

  addOperation(id: string, kind: 'customer-onboarding' | 'relationship-end', pair: Pair): void {
    this.operations.set(id, { id, kind, pair, retries: 0, isCancelled: false });
    if (kind === 'customer-onboarding') {
      pair.onboarding = id;
      pair.relationship = 'onboarding';
      this.count(pair, 'customer.onboarding_requested');
    } else {
      pair.end = id;
      pair.relationship = 'ending';
      this.count(pair, 'relationship.end_requested');
    }
  }

  // ── ends that wait ─────────────────────────────────────────────────────────────────────────────

  /** Whether the end that is planned begins by itself. */
  isEndDue(pair: Pair): boolean {
    const { planned } = pair;
    return planned?.state === 'waiting' && (planned.mode === 'when-clear' || planned.hasCome) && !this.hasBlockers(pair);
  }

  planEnd(pair: Pair, made: { id: string; operationId: string }, mode: PlannedEnd['mode']): void {
    const needsTwo = this.twoPeople.has(pair.partner);
    const plan: PlannedEnd = { id: made.id, mode, state: needsTwo ? 'awaiting-approval' : 'waiting', hasCome: false, isHeldUp: false };
    pair.planned = plan;
    this.plannedEnds.push({ pair, plan });
    this.count(pair, 'relationship.end_planned');
    if (needsTwo) this.count(pair, 'mail.queued');
    if (this.isEndDue(pair)) this.endBegun(pair, made.operationId);
  }

  planApproved(pair: Pair, { operationId }: { operationId: string }): void {
    if (pair.planned) pair.planned.state = 'waiting';
    this.count(pair, 'relationship.end_approved');
    if (this.isEndDue(pair)) this.endBegun(pair, operationId);
  }

  planOver(pair: Pair, state: 'cancelled' | 'refused'): void {
    if (pair.planned) pair.planned.state = state;
    pair.planned = null;
    this.count(pair, state === 'refused' ? 'relationship.end_refused' : 'relationship.planned_end_cancelled');
    if (state === 'refused') this.count(pair, 'mail.queued');
  }

  endBegun(pair: Pair, operationId: string): void {
    if (pair.planned) pair.planned.state = 'started';
    pair.planned = null;
    this.addOperation(operationId, 'relationship-end', pair);
  }

  cancelEnd(pair: Pair): void {
    const operation = this.operations.get(pair.end ?? '');
    if (operation) operation.isCancelled = true;
    pair.relationship = 'active';
    this.count(pair, 'relationship.end_cancelled');
  }

  cancelOnboarding(pair: Pair): void {
    const operation = this.operations.get(pair.onboarding ?? '');
    if (operation) operation.isCancelled = true;
    pair.relationship = 'absent';
    pair.onboarding = null;
  }

  onboarded(pair: Pair, customerId: string): void {
    pair.relationship = 'active';
    pair.hadRelationship = true;
    pair.customerId = customerId;
    pair.agreement = true;
    pair.delegatedAdmin = true;
    this.organizationOf(pair).hasUsers = true;
  }

  /** What still lives and so blocks an end. */
  hasBlockers(pair: Pair): boolean {
    return [...pair.subscriptions, ...pair.purchases].some(({ state }) => state === 'active');
  }
}
