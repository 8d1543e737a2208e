import type { ReadyConfig } from '@clientele/runtime';

/** Someone who can sign in to the demo. */
export interface DemoAccount {
  name: string;
  role: string;
  email: string;
  password: string;
}

export interface DemoOptions {
  databaseUrl: string;
  config: ReadyConfig;
  /** Told how far it is. */
  log: (sentence: string) => void;
  /** How many customers the demo partner has. */
  customers: number;
}

/** Fills an empty database with a demo partner and customers in every state; answers who can sign in. */
export async function seedDemo(_options: DemoOptions): Promise<DemoAccount[]> {
  throw new Error('not written yet');
}
