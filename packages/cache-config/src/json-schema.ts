import { z } from 'zod';
import { cacheConfigSchema, userConfigSchema } from './schemas.js';

/** The JSON Schema of what a user's configuration may hold, for editors: completion and checks while one types. */
export function userConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(userConfigSchema, { io: 'input' });
}

/** The JSON Schema of the settings of a cache, which are those of the section `cache` too. */
export function cacheConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(cacheConfigSchema, { io: 'input' });
}
