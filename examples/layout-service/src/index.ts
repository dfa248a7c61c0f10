export * from './layout-schema.js';
