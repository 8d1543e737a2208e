import type { Links } from '@clientele/services';
import type { Installation } from './installation.ts';
import type { Invitation, Model, Outcome, Pair } from './model.ts';
import type { Answer, People } from './people.ts';
import type { Command, FaultKind } from './plan.ts';

export interface Partner {
  id: string;
  cookie: string;
  /** A second global admin, who agrees to ends or does not. */
  second: string;
}

/** What the acts of a run have in common: who is there, what they see, and how they ask. */
export interface Scene {
  installation: Installation;
  model: Model;
  people: People;
  links: Links;
  partners: readonly Partner[];
  partnerOf(pair: Pair): Partner;
  invitationOf(number: number): Invitation | undefined;
  /** The command that is being carried out. */
  command(): Command;
  /** A line of the run's story. */
  told(line: string): void;
  strike(kind: FaultKind): Promise<void>;
  /** What a person sees on the screen before it acts. */
  look(pair: Pair): Promise<void>;
  /** A pair whose customer is there, if it will ever be, as it is now. */
  seenPair(at: { partner: number; organization: number }): Promise<Pair>;
  /** Sends a command of a partner and settles it. Gives the body when it was done. */
  act(
    pair: Pair,
    method: string,
    path: string,
    body: unknown,
    outcomes: (body: Answer['body']) => Outcome[],
    more?: { ifMatch?: number; cookie?: string },
  ): Promise<Answer['body'] | undefined>;
}
