import { z } from 'zod'
import { isJsonObject } from '../../protocol/json-object.ts'
import type { NewNotification } from '../operation.ts'
import { callbackOf, type EventDescription, type Resource, type SampleSurroundings } from './event.ts'

/**
 * Makes a callback of an event that did not happen, exactly as the call that causes the event would, with made-up values for members that are not
 * given.
 *
 * @param given members of the resource, at any depth; `null` removes a member
 */
export function sampleNotification(
  event: EventDescription,
  { url, about, ...surroundings }: SampleSurroundings & { readonly url: string; readonly about?: unknown },
  given: Resource = {},
): NewNotification {
  const { mchid } = surroundings
  return callbackOf(event, { mchid, url, resource: merged(event.sample(surroundings, about), given) })
}

/** Merges objects and replaces anything else; `null` removes a member. */
export function merged(base: Resource, given: Resource): Resource {
  const members = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(given)) {
    const before = members.get(name)
    if (value === null) members.delete(name)
    else members.set(name, isJsonObject(value) ? merged(isJsonObject(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(members)
}

/** Paths of members, at any depth, that the event's resource does not have, e.g. `amount.totl`. */
export function unknownMembers({ resource }: EventDescription, given: Resource): string[] {
  return unknownIn(resource, given, '')
}

function unknownIn(schema: z.core.$ZodType, value: unknown, prefix: string): string[] {
  if (schema instanceof z.ZodOptional) return unknownIn(schema.unwrap(), value, prefix)
  if (schema instanceof z.ZodUnion) {
    const objects = schema.options.filter((option) => option instanceof z.ZodObject)
    const [fewest = []] = objects
      .map((option) => unknownIn(option, value, prefix))
      .toSorted((a, b) => a.length - b.length)
    return fewest
  }
  if (!(schema instanceof z.ZodObject) || !isJsonObject(value)) return []
  const { shape } = schema
  return Object.entries(value).flatMap(([name, member]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined
    return known ? unknownIn(known, member, `${prefix}${name}.`) : [prefix + name]
  })
}
