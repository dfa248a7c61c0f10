import { z } from 'zod';
import { describe, fieldError } from './errors.js';

// Objects are loose: the service adds fields, and a client that dropped them could not send a layout back.

// Where a schema has a text of its own, it says what is allowed: parseResponse puts it into the error.
const NOT_EMPTY = 'a string that is not empty';
const uuidSchema = z.guid('a uuid');

const layoutMetaSchema = z.looseObject({
  uuid: uuidSchema,
  title: z.string(),
  creator: z.string(),
  /** Seconds since 1970, as the service counts. */
  date: z.number(),
  firmware_api_version: z.string(),
  parent_uuid: z.string().nullish(),
  notes: z.string().default(''),
  tags: z.array(z.string()).default([]),
  unlisted: z.boolean().default(false),
  deleted: z.boolean().default(false),
  compiled: z.boolean().default(false),
});

const bindingSchema = z.looseObject({ value: z.union([z.string(), z.number()], 'a string or a number') });

const layoutConfigSchema = z.looseObject({
  keyboard: z.string(),
  layer_names: z.array(z.string()),
  layers: z.array(z.array(bindingSchema)),
});

/** `GET layouts/v1/{uuid}/meta` */
export const metaResponseSchema = z.looseObject({ layout_meta: layoutMetaSchema });

/** `GET layouts/v1/{uuid}/config` */
export const layoutSchema = z.looseObject({ layout_meta: layoutMetaSchema, config: layoutConfigSchema });

const USER_LAYOUT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([A-Za-z0-9_-]+)$/i;

/** `GET layouts/v1/users/{id}`: a list of `uuid:status` */
export const userLayoutsSchema = z.array(
  z.string().transform((text, context) => {
    const [, uuid, status] = USER_LAYOUT.exec(text) ?? [];
    if (uuid !== undefined && status !== undefined) return { uuid: uuid.toLowerCase(), status };
    context.addIssue({ code: 'custom', message: 'a string such as <uuid>:compiled' });
    return z.NEVER;
  }),
);

const firmwareVersionSchema = z.looseObject({ version: z.string().min(1, NOT_EMPTY) });

/** `GET firmware`: version names, bare or each in an object with what else is known of it */
export const firmwareListSchema = z.array(
  z.preprocess((item) => (typeof item === 'string' ? { version: item } : item), firmwareVersionSchema),
);

/** `POST firmware/{version}/{uuid}` */
export const compileResponseSchema = z.looseObject({ location: z.string().min(1, NOT_EMPTY) });

/** The body of a refused build. */
export const compileFailureSchema = z.looseObject({
  message: z.string().default('the build failed'),
  detail: z.array(z.string()).default([]),
});

export type LayoutMeta = z.output<typeof layoutMetaSchema>;
export type Layout = z.output<typeof layoutSchema>;
export type UserLayout = z.output<typeof userLayoutsSchema>[number];
export type FirmwareVersion = z.output<typeof firmwareVersionSchema>;

/** @throws MoErgoError `MOERGO_BAD_RESPONSE` naming the first field that is not of its shape */
export function parseResponse<S extends z.ZodType>(operation: string, schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const allowed = issue?.code === 'invalid_type' ? `of type ${issue.expected}` : (issue?.message ?? 'another shape');
  const field = path.length === 0 ? 'response' : path.map(String).join('.');
  throw fieldError('MOERGO_BAD_RESPONSE', field, describe(valueAt(data, path)), allowed, { operation });
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
