import { z } from 'zod'
import { merged } from '../../engine/callbacks/sample-callback.ts'
import { isJsonObject, type JsonObject } from '../../protocol/json-object.ts'
import { usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { texts } from './texts.ts'

/**
 * Adds a member in the notation of `--set`: `order.amount=5`. If the resource has a number, a boolean, an object or a list there, the value is JSON;
 * any other value is taken literally.
 *
 * @throws UsageError for a value of another type, and for a member inside a list
 */
export function withMember(members: JsonObject, set: string, resource: z.ZodType, language: Language): JsonObject {
  const own = texts[language]
  const [, path = '', text = ''] = /^([^=]+)=(.*)$/s.exec(set) ?? []
  const names = path.split('.')
  if (names.includes('')) throw usageError(own.badSet(set))
  let schema: z.core.$ZodType | undefined = resource
  for (const [i, name] of names.entries()) {
    if (kindOf(schema) === 'list') throw usageError(own.badMember(names.slice(0, i).join('.'), own.kinds.list))
    schema = memberOf(schema, name)
  }
  const kind = kindOf(schema)
  const value = kind === 'text' ? text : jsonIn(text)
  if (!KINDS[kind](value)) throw usageError(own.badMember(path, own.kinds[kind]))
  return merged(members, Object(names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)))
}

/** Kinds of members, each with its test. */
const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  object: isJsonObject,
  list: Array.isArray,
}

type Kind = keyof typeof texts.en.kinds

function kindOf(schema: z.core.$ZodType | undefined): Kind {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap())
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  if (schema instanceof z.ZodArray) return 'list'
  return schema instanceof z.ZodObject ? 'object' : 'text'
}

function memberOf(schema: z.core.$ZodType | undefined, name: string): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional) return memberOf(schema.unwrap(), name)
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => memberOf(option, name)).find((member) => member !== undefined)
  }
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Text that is not JSON can only be a string.
    return text
  }
}
