export { type InstrumentationOptions, instrumentCaches } from './instrument-caches.js';
