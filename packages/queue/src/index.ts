export { type AnyQueue, type BackendName, backendOf, prepareQueues, type QueueConnection } from './backend.ts';
export * from './catalogue.ts';
export * from './consumer.ts';
export * from './producer.ts';
export { jobsOf, type RelayedEvent } from './reactions.ts';
export * from './relay.ts';
export * from './state.ts';
