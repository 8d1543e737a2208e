export * from './customers.ts';
export * from './deliveries.ts';
export * from './events.ts';
export * from './invitations.ts';
export * from './operations.ts';
export * from './partners.ts';
export * from './subscriptions.ts';
export * from './users.ts';
