export * from './builders.ts';
export * from './business-profiles.ts';
export * from './database.ts';
export * from './partnerships.ts';
