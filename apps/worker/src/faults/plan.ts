import { numbersFrom } from '../testing/numbers.ts';

/** How many partners and organisations take part in a run; each pair of them has a relationship of its own. */
export const partnersOfARun = 2;
/** What is known of each organisation when a run begins. */
export const organizationKinds = ['unknown', 'imported', 'onboarded', 'known'] as const;

interface OfPair {
  partner: number;
  organization: number;
}
interface OfInvitation {
  /** The number that the command which made it gave it. */
  invitation: number;
}

/** What people do, and what is left to chance about it: the same seed gives the same acts. */
interface Acts {
  invite: OfPair & OfInvitation & { mailbox: number; delegatedAdmin: boolean; withDomain: boolean };
  request: OfPair & OfInvitation & { mailbox: number; delegatedAdmin: boolean };
  reinstate: OfPair & OfInvitation & { delegatedAdmin: boolean };
  resend: OfInvitation;
  'change-address': OfInvitation & { mailbox: number };
  revoke: OfInvitation;
  expire: OfInvitation;
  'copy-link': OfInvitation;
  accept: OfInvitation & { atOnce: number };
  decline: OfInvitation;
  'answer-every-way-at-once': OfInvitation;
  'take-away': OfPair;
  'ask-admin': OfPair & OfInvitation;
  'ask-hand-over': OfInvitation & { mailbox: number };
  'approve-hand-over': OfInvitation;
  'refuse-hand-over': OfInvitation;
  'days-pass': OfInvitation;
  'time-runs-out': OfPair;
  'invite-many': { partner: number; boxes: { organization: number; mailbox: number }[]; invitations: number };
  'end-many': { partner: number };
  import: { partner: number; boxes: { organization: number; mailbox: number }[]; invitations: number };
  'add-customer': OfPair;
  end: OfPair;
  'cancel-end': OfPair;
  'plan-end': OfPair & { mode: 'when-clear' | 'at' };
  'cancel-planned-end': OfPair;
  'decide-planned-end': OfPair & { yes: boolean; isOwn: boolean };
  'date-comes': OfPair;
  'second-person': { partner: number; on: boolean };
  'cancel-operation': OfPair;
  'retry-operation': OfPair;
  wait: OfPair;
  'support-contact': OfPair & { name: string };
  subscribe: OfPair & { usage: boolean };
  suspend: OfPair & { which: number };
  reactivate: OfPair & { which: number };
  'cancel-subscription': OfPair & { which: number };
  buy: OfPair & { reservation: boolean };
  'cancel-purchase': OfPair & { which: number };
}
export type Act<Name extends keyof Acts = keyof Acts> = { [Each in Name]: { do: Each } & Acts[Each] }[Name];

export const faultKinds = [
  'kill-api',
  'kill-worker',
  'worker-away',
  'worker-back',
  'steps-slow',
  'steps-quick',
  'kill-redis',
  'flush-redis',
  'pause-redis',
  'queue-refuses',
  'jobs-twice',
  'second-worker',
  'mail-away',
  'mail-defers',
  'mail-hangs',
  'mail-slow',
  'mail-drops',
  'mail-refuses',
  'mail-fine',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault that strikes so long after the act has begun. */
interface Fault {
  kind: FaultKind;
  afterMs: number;
}

export interface Command {
  act: Act;
  /** Which API is asked first. */
  api: number;
  /** The same request with the same key, to every API at once. */
  echo: boolean;
  /** The person does not ask again when there is no answer, and looks later what has become of it. */
  givesUp: boolean;
  fault?: Fault;
}

/** What the planner thinks of the world as it goes: enough to mostly do what makes sense. The model knows better. */
interface Planned {
  relationships: string[][];
  invitations: { partner: number; organization: number; isOpen: boolean }[];
  plans: (OfPair & { mode: 'when-clear' | 'at'; needsTwo: boolean })[];
  twoPeople: boolean[];
  /** Invitations whose recipient has named somebody else. */
  handOvers: number[];
}

/** Nobody is in a state in which this would make sense: something else is done. */
class NothingToDo extends Error {}

/** The commands of a run. Nothing but `seed` and `length` has a say in them. */
export function planOf(seed: number, length: number): Command[] {
  const random = numbersFrom(seed);
  let names = 0;
  const below = (most: number) => Math.floor(random() * most);
  const chance = (share: number) => random() < share;
  const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const world: Planned = {
    relationships: Array.from({ length: partnersOfARun }, () => organizationKinds.map((kind) => (kind === 'imported' ? 'none' : 'absent'))),
    invitations: [],
    plans: [],
    twoPeople: [],
    handOvers: [],
  };

  const relationshipOf = ({ partner, organization }: OfPair) => world.relationships[partner]?.[organization] ?? 'absent';
  const become = ({ partner, organization }: OfPair, state: string) => {
    const row = world.relationships[partner];
    if (row) row[organization] = state;
  };
  const pairs = Array.from({ length: partnersOfARun }, (_, partner) =>
    organizationKinds.map((_kind, organization) => ({ partner, organization })),
  ).flat();
  /** A pair in one of these states, and now and then any: refusals are to be right, too. */
  const pairIn = (...states: string[]): OfPair => {
    const fitting = pairs.filter((pair) => states.includes(relationshipOf(pair)));
    if (chance(0.08)) return pick(pairs);
    if (fitting.length === 0) throw new NothingToDo();
    return pick(fitting);
  };
  /** A pair whose end was planned. */
  const aPlan = (fits: (plan: Planned['plans'][number]) => boolean): OfPair => {
    const fitting = world.plans.filter(fits);
    if (fitting.length === 0) throw new NothingToDo();
    const { partner, organization } = pick(fitting);
    return { partner, organization };
  };
  const aHandOver = (): OfInvitation => {
    if (chance(0.1) && world.invitations.length > 0) return { invitation: below(world.invitations.length) };
    const [invitation] = world.handOvers.splice(below(world.handOvers.length), 1);
    if (invitation === undefined) throw new NothingToDo();
    return { invitation };
  };
  const anInvitation = (): number => {
    const open = world.invitations.flatMap(({ isOpen }, index) => (isOpen ? [index] : []));
    if (world.invitations.length > 0 && chance(0.15)) return below(world.invitations.length);
    if (open.length === 0) throw new NothingToDo();
    return pick(open);
  };
  const closed = (invitation: number, state?: string): OfInvitation => {
    const found = world.invitations[invitation];
    if (found) {
      found.isOpen = false;
      if (state) become(found, state);
    }
    return { invitation };
  };
  const added = (pair: OfPair): OfInvitation => ({ invitation: world.invitations.push({ ...pair, isOpen: true }) - 1 });

  const makers: [number, () => Act][] = [
    [
      9,
      () => {
        const pair = pairIn('absent', 'none', 'ended');
        return { do: 'invite', ...pair, ...added(pair), mailbox: below(2), delegatedAdmin: chance(0.7), withDomain: chance(0.7) };
      },
    ],
    [
      // To a second person of the same customer, who may answer when all has changed.
      3,
      () => {
        const pair = pairIn('requested', 'active', 'ending');
        return { do: 'invite', ...pair, ...added(pair), mailbox: below(2), delegatedAdmin: chance(0.7), withDomain: false };
      },
    ],
    [
      4,
      () => {
        const pair = pairIn('none');
        return { do: 'request', ...pair, ...added(pair), mailbox: below(2), delegatedAdmin: chance(0.7) };
      },
    ],
    [
      5,
      () => {
        const pair = pairIn('ended');
        return { do: 'reinstate', ...pair, ...added(pair), delegatedAdmin: chance(0.7) };
      },
    ],
    [18, () => ({ do: 'accept', ...closed(anInvitation(), 'active'), atOnce: chance(0.3) ? 2 + below(2) : 1 })],
    [3, () => ({ do: 'answer-every-way-at-once', ...closed(anInvitation()) })],
    [3, () => ({ do: 'decline', ...closed(anInvitation()) })],
    [4, () => ({ do: 'resend', invitation: anInvitation() })],
    [3, () => ({ do: 'change-address', invitation: anInvitation(), mailbox: below(2) })],
    [3, () => ({ do: 'revoke', ...closed(anInvitation()) })],
    [3, () => ({ do: 'expire', ...closed(anInvitation()) })],
    [
      5,
      () => {
        const invitation = anInvitation();
        world.handOvers.push(invitation);
        return { do: 'ask-hand-over', invitation, mailbox: chance(0.7) ? 2 : below(2) };
      },
    ],
    [
      5,
      () => {
        const pair = pairIn('active');
        return { do: 'ask-admin', ...pair, ...added(pair) };
      },
    ],
    [3, () => ({ do: 'take-away', ...pairIn('active') })],
    [4, () => ({ do: 'approve-hand-over', ...aHandOver() })],
    [1, () => ({ do: 'refuse-hand-over', ...aHandOver() })],
    [1, () => ({ do: 'copy-link', invitation: anInvitation() })],
    [
      5,
      () => {
        const pair = { partner: below(partnersOfARun), organization: organizationKinds.indexOf('onboarded') };
        become(pair, 'active');
        return { do: 'add-customer', ...pair };
      },
    ],
    [
      11,
      () => {
        const pair = pairIn('active');
        become(pair, 'ending');
        return { do: 'end', ...pair };
      },
    ],
    [
      4,
      () => {
        const pair = pairIn('ending');
        become(pair, 'active');
        return { do: 'cancel-end', ...pair };
      },
    ],
    [
      9,
      () => {
        const pair = pairIn('active');
        const mode = chance(0.5) ? 'when-clear' : 'at';
        world.plans.push({ ...pair, mode, needsTwo: world.twoPeople[pair.partner] ?? false });
        return { do: 'plan-end', ...pair, mode };
      },
    ],
    [5, () => ({ do: 'date-comes', ...aPlan(({ mode }) => mode === 'at') })],
    [3, () => ({ do: 'cancel-planned-end', ...aPlan(({ mode }) => mode === 'at' || chance(0.3)) })],
    [9, () => ({ do: 'decide-planned-end', ...aPlan(({ needsTwo }) => needsTwo), yes: chance(0.75), isOwn: chance(0.2) })],
    [
      3,
      () => {
        const [partner, on] = [below(partnersOfARun), chance(0.6)];
        world.twoPeople[partner] = on;
        return { do: 'second-person', partner, on };
      },
    ],
    [
      4,
      () => {
        const partner = below(partnersOfARun);
        const boxes = Array.from({ length: 2 + below(4) }, () => ({ organization: below(organizationKinds.length), mailbox: below(2) }));
        const numbers = boxes.map(({ organization }) => added({ partner, organization }).invitation);
        return { do: 'invite-many', partner, boxes, invitations: numbers[0] ?? 0 };
      },
    ],
    [
      3,
      () => {
        const partner = below(partnersOfARun);
        // The one that has a domain of ours is made by onboarding.
        const organizations = organizationKinds.flatMap((kind, organization) => (kind === 'onboarded' ? [] : [organization]));
        const boxes = organizations.map((organization) => ({ organization, mailbox: below(2) }));
        const numbers = boxes.map(({ organization }) => added({ partner, organization }).invitation);
        for (const { organization } of boxes)
          if (relationshipOf({ partner, organization }) === 'absent') become({ partner, organization }, 'requested');
        return { do: 'import', partner, boxes, invitations: numbers[0] ?? 0 };
      },
    ],
    [3, () => ({ do: 'end-many', partner: pairIn('active').partner })],
    [5, () => ({ do: 'days-pass', invitation: anInvitation() })],
    [4, () => ({ do: 'time-runs-out', ...pairIn('active') })],
    [2, () => ({ do: 'cancel-operation', ...pairIn('ending', 'active') })],
    [1, () => ({ do: 'retry-operation', ...pairIn('ending', 'active') })],
    [
      4,
      () => {
        const pair = pairIn('ending');
        become(pair, 'ended');
        return { do: 'wait', ...pair };
      },
    ],
    [5, () => ({ do: 'support-contact', ...pairIn('active', 'ending'), name: `Help Desk ${++names}` })],
    [4, () => ({ do: 'subscribe', ...pairIn('active'), usage: chance(0.6) })],
    [5, () => ({ do: 'suspend', ...pairIn('active'), which: below(4) })],
    [2, () => ({ do: 'reactivate', ...pairIn('active', 'ending'), which: below(4) })],
    [2, () => ({ do: 'cancel-subscription', ...pairIn('active'), which: below(4) })],
    [3, () => ({ do: 'buy', ...pairIn('active'), reservation: chance(0.6) })],
    [3, () => ({ do: 'cancel-purchase', ...pairIn('active'), which: below(4) })],
  ];
  const anAct = (): Act => {
    for (;;) {
      try {
        return weighted(random, makers)();
      } catch (error) {
        if (!(error instanceof NothingToDo)) throw error;
      }
    }
  };

  return Array.from({ length }, (): Command => {
    const act = anAct();
    const command = { act, api: below(2), echo: chance(0.12), givesUp: chance(0.08) };
    return chance(0.3) ? { ...command, fault: { kind: weighted(random, faults), afterMs: below(60) } } : command;
  });
}

const faults: [number, FaultKind][] = [
  [5, 'kill-api'],
  [3, 'kill-worker'],
  [2.5, 'worker-away'],
  [1.5, 'worker-back'],
  [2, 'steps-slow'],
  [1, 'steps-quick'],
  [1.5, 'kill-redis'],
  [1.5, 'flush-redis'],
  [1, 'pause-redis'],
  [3, 'queue-refuses'],
  [3, 'jobs-twice'],
  [1, 'second-worker'],
  [1.5, 'mail-away'],
  [2, 'mail-defers'],
  [1, 'mail-hangs'],
  [1.5, 'mail-slow'],
  [1.5, 'mail-drops'],
  [1.5, 'mail-refuses'],
  [4, 'mail-fine'],
];

/** One of these, each as often as its share says. */
function weighted<Value>(random: () => number, shares: readonly (readonly [number, Value])[]): Value {
  let left = random() * shares.reduce((sum, [share]) => sum + share, 0);
  for (const [share, value] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  return (shares[0] as readonly [number, Value])[1];
}

/** A command in one line, for whoever reads what a run did. */
export function inWords({ act, echo, givesUp, fault, api }: Command): string {
  const { do: what, ...rest } = act;
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const manner = [
    ...(api ? [`at API ${api}`] : []),
    ...(echo ? ['sent to all APIs at once'] : []),
    ...(givesUp ? ['not asked again'] : []),
    ...(fault ? [`${fault.kind} after ${fault.afterMs} ms`] : []),
  ];
  return [`${what}(${facts.join(', ')})`, ...manner].join(', ');
}
