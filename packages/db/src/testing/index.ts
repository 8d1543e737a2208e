export * from './builders.ts';
export * from './database.ts';
export * from './figures.ts';
export * from './partnerships.ts';
