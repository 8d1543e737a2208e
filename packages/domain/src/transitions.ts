import { illegal } from './refusals.ts';

/** A state machine as a table: state -> command -> next state. What is not in the table is refused. */
export type Transitions<State extends string, Command extends string> = Record<State, Partial<Record<Command, State>>>;

/** The state that `command` leads to; throws `illegal_transition` when the table has no such cell. */
export function next<State extends string, Command extends string>(
  thing: string,
  table: Transitions<State, Command>,
  state: State,
  command: Command,
): State {
  const to = Object.hasOwn(table[state], command) ? table[state][command] : undefined;
  if (to === undefined) throw illegal(thing, state, command);
  return to;
}

/** The commands that a state allows, in table order. */
export function commandsOf<State extends string, Command extends string>(table: Transitions<State, Command>, state: State): Command[] {
  return Object.keys(table[state]) as Command[];
}
