export * from './builders.ts';
export * from './database.ts';
export * from './partnerships.ts';
export * from './provider-requests.ts';
