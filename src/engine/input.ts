import type { z } from 'zod'
import { commonErrors } from '../protocol/common-errors.ts'
import { ApiError } from '../protocol/errors.ts'
import { type FieldFault, type FieldLocation, fieldError, undefinedParameterError } from '../protocol/field-check.ts'
import { isUpload, partsOf } from '../protocol/multipart.ts'
import { signedBody } from '../protocol/signed-body.ts'
import type { FileField, Operation, ParsedInput, UploadedFile } from './operation.ts'
import type { WireRequest } from './wire.ts'

/** How a schema reports a broken rule of the field checker: `params` of a custom zod issue. */
export interface FieldIssue {
  readonly fault: FieldFault
}

/** Key under which a schema's metadata holds the field's Chinese title. */
export const FIELD_TITLE = 'x-field-title'

/**
 * Puts path, query and body through an operation's schemas.
 *
 * @throws ApiError for the first field that fails, in the order of the schema
 */
export function parseInput(
  operation: Operation,
  request: WireRequest,
  params: Readonly<Record<string, string>>,
): ParsedInput {
  const { path, query, body, file } = operation.input
  return {
    path: path && check('uri_template', path, params),
    query: query && check('query', query, queryOf(request.target)),
    // Only what the signature covers: of an upload that is the part named meta, whatever else was sent.
    body: body && check('body', body, bodyOf(signedBody(request.headers['content-type'], request.body))),
    file: file && fileOf(request, file),
  }
}

/** @throws ApiError when there is none, worded as the live service words it (protocol.md 5.3, observed) */
function fileOf({ headers, body }: WireRequest, { title }: FileField): UploadedFile {
  const contentType = headers['content-type']
  const part = isUpload(contentType) ? partsOf(contentType, body).find(({ name }) => name === 'file') : undefined
  if (!part) throw fieldError('body', ['file'], title, { rule: 'missing' })
  return { bytes: part.content }
}

function queryOf(target: string): Record<string, string> {
  const at = target.indexOf('?')
  return at === -1 ? {} : Object.fromEntries(new URLSearchParams(target.slice(at + 1)))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function bodyOf(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    // Bytes that are not UTF-8 and text that is not JSON: the two ways in which a client can make these calls throw.
    throw new ApiError(commonErrors.malformed, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ApiError(commonErrors.malformed)
  return value
}

function check(location: FieldLocation, schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys')
  const first = result.error.issues.find((issue) => issue.code !== 'unrecognized_keys')
  if (first === undefined) {
    throw undefinedParameterError(
      unknown.flatMap(({ path, keys }) => keys.map((key) => `/${[location, ...path, key].map(String).join('/')}`)),
    )
  }
  const fault: FieldFault | undefined = valueAt(value, first.path) === undefined ? { rule: 'missing' } : faultOf(first)
  if (fault === undefined) throw new ApiError(commonErrors.parameter_invalid)
  throw fieldError(location, first.path, titleOf(schema, first.path), fault)
}

function faultOf(issue: z.core.$ZodIssue): FieldFault | undefined {
  return issue.code === 'custom' ? (issue.params as FieldIssue | undefined)?.fault : undefined
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  )
}

/** The title of the field at a path; its wire name where the documents give it none. */
function titleOf(schema: z.ZodType, path: readonly PropertyKey[]): string {
  let field: z.ZodType | undefined = schema
  for (const key of path) field = field && memberOf(field, key)
  const title = field && (field.meta() ?? unwrapped(field).meta())?.[FIELD_TITLE]
  return typeof title === 'string' ? title : String(path.at(-1) ?? '')
}

type Inside = z.ZodType & {
  readonly def: { shape?: Record<PropertyKey, z.ZodType>; innerType?: z.ZodType; element?: z.ZodType }
}

/** The schema inside of `optional()` and the like. */
function unwrapped(schema: z.ZodType): Inside {
  const inside = schema as Inside
  return inside.def.innerType ? unwrapped(inside.def.innerType) : inside
}

function memberOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const { def } = unwrapped(schema)
  return def.shape?.[key] ?? def.element
}
