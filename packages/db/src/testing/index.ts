export * from './builders.ts';
export * from './business-profiles.ts';
export * from './database.ts';
export * from './figures.ts';
export * from './leads.ts';
export * from './orders.ts';
export * from './partnerships.ts';
export * from './provider-requests.ts';
