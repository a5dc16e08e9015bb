import { merged } from '../engine/callbacks/event.ts'
import { isJsonObject, type JsonObject, nested, partAt } from '../wire/protocol/json-object.ts'
import { type FieldFacts, readJson } from './facts.ts'

type Scalar = string | number | boolean

/** A member that is what another one of the whole thing is: the amount collected for an order is the total of the order. */
interface Following {
  readonly of: string
}

/** A member that is made once other members beside it have some values: the address of an invoice that is issued. */
interface Conditional {
  readonly onceIs: Readonly<Record<string, Scalar | readonly Scalar[]>>
  readonly first?: Scalar
  /** It has numbers of its own, though members outside have the same names. */
  readonly apart?: true
}

/** A member that follows from others of its object, unless a call gives it. */
interface Computed {
  readonly computed: 'tax' | 'withoutTax' | 'unitPrice'
}

/**
 * `src/catalogue/values.json`, written by hand: what answers and callbacks say where neither the request nor an earlier call has it, and no example
 * of a page fits.
 */
interface Values {
  /** Names of ids that no call makes, such as those of cities: they keep their example. */
  readonly kept: readonly string[]
  /** Values of members without an example, by their names. */
  readonly otherwise: Readonly<Record<string, Scalar>>
  /**
   * First values of what calls make, such as its state: by product, then by the end of the member's path, such as `withdraw/state`. `null` leaves a
   * member out until a call or callback gives it, unless its page requires it. A list is `[]` at first.
   */
  readonly answers: Readonly<
    Record<string, Readonly<Record<string, Scalar | null | readonly [] | Following | Conditional | Computed>>>
  >
  /**
   * Members that an event fixes, whatever was remembered before: by product and type, then by path. `{}` is there with any value, one with `of` is
   * what that member is, `null` is left out.
   */
  readonly events: Readonly<Record<string, Readonly<Record<string, Scalar | null | Partial<Following>>>>>
  /** Events that tell of a new thing, unless what a test gives names one: by product and type. Others are about the latest thing. */
  readonly making: readonly string[]
  /** Members that a thing has from another one which the call that makes it names, such as a coupon from its batch: by product, with their paths there. */
  readonly fromMentioned: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Counts of things that were made of another one: by product, with the number that each of them gets. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Members that the callbacks of a product name in another way than its answers: by product, the names in callbacks with their paths in answers. */
  readonly alsoNamed: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A member, and what is known of its values. */
export interface ValuedField extends FieldFacts {
  /** Its value, whatever else is known. */
  readonly fixed?: Scalar
  /** Its value if nothing else is known. */
  readonly first?: Scalar
  /** Whether a list has an element even if none is known. */
  readonly filled?: boolean
  /** Its elements if nothing else is known. */
  readonly elements?: readonly []
  /** The member of the whole thing whose value it has if nothing else is known, or else always. */
  readonly of?: string
  readonly always?: boolean
  /** The values of members beside it with which it is made. */
  readonly onceIs?: Conditional['onceIs']
  readonly apart?: true
  readonly computed?: Computed['computed']
  /** Only answered once a call or callback gives it. */
  readonly unmade?: boolean
  /** Not answered, even if it is known. */
  readonly gone?: true
  readonly members?: readonly ValuedField[]
}

let read: Values | undefined

/** The values that are written by hand. */
export function handWrittenValues(): Values {
  read ??= readJson('src/catalogue/values.json') as Values
  return read
}

/** The members of an answer of a product. */
export function valuedAnswer(product: string, fields: readonly FieldFacts[]): readonly ValuedField[] {
  const { [product]: rules = {} } = handWrittenValues().answers
  const ends = Object.entries(rules)
  return valued(fields, (path, { required }) => {
    const [, first] = ends.find(([end]) => path === end || path.endsWith(`/${end}`)) ?? []
    if (first === undefined) return {}
    if (first === null) return { unmade: required !== true }
    if (Array.isArray(first)) return { elements: [] }
    if (isFollowing(first)) return { ...first, required: true }
    return isConditional(first) || isComputed(first) ? first : { first: first as Scalar }
  })
}

/** The members of a callback. @param event its product and type, such as `payscore PAYSCORE.USER_PAID` */
export function valuedResource(event: string, fields: readonly FieldFacts[]): readonly ValuedField[] {
  const [product = ''] = event.split(' ')
  const { [event]: rules = {} } = handWrittenValues().events
  const present = Object.keys(rules).filter((path) => rules[path] !== null)
  return valued(valuedAnswer(product, fields), (path, { list }) => {
    const { [path]: rule } = rules
    if (rule === null) return { gone: true }
    if (!present.some((one) => one === path || one.startsWith(`${path}/`))) return {}
    const value =
      rule === undefined || isJsonObject(rule)
        ? { ...rule, ...(isFollowing(rule) && { always: true }) }
        : { fixed: rule }
    const filled = list === true && rule === undefined
    return { required: true, unmade: false, filled, ...value }
  })
}

function isFollowing(rule: unknown): rule is Following {
  return isJsonObject(rule) && 'of' in rule
}

function isConditional(rule: unknown): rule is Conditional {
  return isJsonObject(rule) && 'onceIs' in rule
}

function isComputed(rule: unknown): rule is Computed {
  return isJsonObject(rule) && 'computed' in rule
}

function valued(
  fields: readonly ValuedField[],
  knownAt: (path: string, field: FieldFacts) => Partial<ValuedField>,
  at = '',
): readonly ValuedField[] {
  return fields.map((field) => {
    const path = at + field.name
    const members = field.members && { members: valued(field.members, knownAt, `${path}/`) }
    return { ...field, ...members, ...knownAt(path, field) }
  })
}

/** The members that an event leaves out, for what is remembered of its thing. */
export function leftOutBy(event: string): readonly string[] {
  const { [event]: rules = {} } = handWrittenValues().events
  return Object.keys(rules).filter((path) => rules[path] === null)
}

/** The members that a new thing of a product has from the things that its request names. */
export function fromMentioned(product: string, things: readonly JsonObject[]): JsonObject {
  const rules = Object.entries(handWrittenValues().fromMentioned[product] ?? {})
  return Object.fromEntries(
    rules.flatMap(([name, path]) => {
      const known = things.map((thing) => partAt(thing, path)).find((value) => value !== undefined)
      return known === undefined ? [] : [[name, known]]
    }),
  )
}

/** The counts of a thing after another was made of it. @param made what is told of that other thing */
export function countedUp(
  product: string,
  { members = {} }: { readonly members?: JsonObject | undefined },
  made: JsonObject,
): JsonObject {
  const rules = Object.entries(handWrittenValues().counts[product] ?? {})
  const counts = rules.filter(([, number]) => Object.hasOwn(made, number))
  return Object.fromEntries(counts.map(([name]) => [name, Number(members[name] ?? 0) + 1]))
}

/** Members by their names in callbacks, with those that answers have for them too. */
export function inAnswers(product: string, members: JsonObject): JsonObject {
  return alsoNamed(members, Object.entries(handWrittenValues().alsoNamed[product] ?? {}))
}

/** Members by their names in answers, with those that callbacks have for them too. */
export function inCallbacks(product: string, members: JsonObject): JsonObject {
  const names = Object.entries(handWrittenValues().alsoNamed[product] ?? {})
  return alsoNamed(
    members,
    names.map(([callback, answer]) => [answer, callback]),
  )
}

function alsoNamed(members: JsonObject, names: readonly (readonly [name: string, other: string])[]): JsonObject {
  if (names.length === 0) return members
  const inside = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(inside) : isJsonObject(value) ? alsoNamed(value, names) : value
  const own = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, inside(value)]))
  return names.reduce<JsonObject>((all, [name, other]) => {
    const value = partAt(own, name)
    return value === undefined ? all : merged(all, nested(other, value))
  }, own)
}
