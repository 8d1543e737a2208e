export { type Inbox, type InboxOptions, startInbox } from './inbox.ts';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
export { StartError } from './start-error.ts';
