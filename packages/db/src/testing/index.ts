export * from './builders.ts';
export * from './database.ts';
export * from './orders.ts';
export * from './partnerships.ts';
