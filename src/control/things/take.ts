import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { type Product, refuseProduct } from '../../engine/product.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { onceFor } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { ServedCall } from '../call.ts'
import type { TakeJson } from '../formats/thing.ts'
import { type MadeTransition, type Take, type TakeField, transitionsIn } from '../life.ts'
import { parseRoute, type Route } from '../route.ts'
import { routes as coreRoutes } from '../routes.ts'
import { type ServedThing, servedThings } from './served-things.ts'
import { memberOfJson } from './shown.ts'
import type { ThingCall, ThingMaker } from './thing.ts'

/** Finds a control call of a mock by the name of its route. */
export type CallFinder = (id: string) => { readonly route: Route; readonly call: ServedCall } | undefined

/** The button of a transition, if a control call makes it. @throws UsageError `MOCK_PRODUCT` for a call that no product lists */
export function takeOf({ call, ...transition }: MadeTransition, calls: readonly ServedCall[]): Take | undefined {
  if (!call) return undefined
  const { title, button = title } = transition
  const id = calls.find(({ handle }) => handle === call.handle)?.id
  if (id !== undefined) return { ...transition, call: id, title: button }
  refuseProduct({
    en: `The transition ${title.en} is made by a control call that no product lists: list it among its calls.`,
    zh: `流转“${title.zh}”所用的控制调用不在任何产品的 calls 中，请把它列入。`,
  })
}

/** Finds control calls by the names of their routes: if a route has two names, only the first is among the calls. */
export function findCalls(
  products: readonly { readonly routes?: Readonly<Record<string, string>> }[],
  calls: readonly ServedCall[],
): CallFinder {
  const routes = Object.assign({}, coreRoutes, ...products.map((product) => product.routes ?? {})) as Readonly<
    Record<string, string>
  >
  return (id) => {
    const text = Object.hasOwn(routes, id) ? routes[id] : undefined
    const route = text === undefined ? undefined : parseRoute(text)
    const call = route && calls.find(({ method, path }) => method === route.method && path === `/_mock${route.path}`)
    return route && call && { route, call }
  }
}

/**
 * A control call ready to be made, with or without a row.
 *
 * @param asks fields to ask for. Default: all
 * @throws UsageError `MOCK_PRODUCT` if the call does not exist, or does not have such a member
 */
export function describeTake(
  finder: CallFinder,
  { call: id, body = {}, fields = [], title, done }: Take,
  row?: { readonly thing: ServedThing; readonly row: unknown; readonly json: unknown },
  asks?: readonly string[],
): TakeJson {
  const found = finder(id)
  if (!found) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `The action ${title.en} takes the control call ${id}, which is no route of any product.`,
      zh: `操作“${title.zh}”使用控制调用 ${id}，但没有产品的路由叫这个名称。`,
    })
  }
  const { route, call } = found
  const schema = schemaOf(call)
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = memberOfJson(row?.json, name)
    return encodeURIComponent(typeof value === 'string' || typeof value === 'number' ? value : '')
  })
  const takesOwner = row !== undefined && (route.queryNames ?? membersOf(call.query)).includes('mchid')
  return {
    call: id,
    title: { ...title },
    method: route.method,
    path,
    query: takesOwner ? { mchid: row.thing.table.owner(row.row) } : {},
    has_body: route.hasBody,
    body: { ...body },
    fields: fields
      .filter(({ member }) => asks?.includes(member) ?? true)
      .map((field) => describeField({ id, title }, field, schema)),
    ...(done && { done: { ...done } }),
  }
}

interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly description?: string
}

const schemaOf = onceFor(
  ({ body }: ServedCall): JsonSchema =>
    // The output is a JSON Schema; the interface names the part in use.
    body ? (z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as JsonSchema) : {},
)

/** The schema of a member; of a single thing if the call also takes a list of them. Ignores that the value may be null. */
function memberSchema(
  schema: JsonSchema,
  member: string,
): { readonly member: JsonSchema; readonly isRequired: boolean } | undefined {
  const follow = (one: JsonSchema): JsonSchema => {
    const named = one.$ref === undefined ? undefined : schema.$defs?.[one.$ref.replace('#/$defs/', '')]
    const [only, ...others] = one.anyOf?.filter(({ type }) => type !== 'null') ?? []
    const meant = named ?? (others.length === 0 ? only : undefined)
    return meant ? { ...follow(meant), ...(one.description !== undefined && { description: one.description }) } : one
  }
  for (const one of [schema, ...(schema.anyOf ?? [])].map(follow)) {
    const found = one.properties?.[member]
    if (found) return { member: follow(found), isRequired: one.required?.includes(member) ?? false }
  }
  return undefined
}

function membersOf(query: z.ZodType | undefined): readonly string[] {
  return query instanceof z.ZodObject ? Object.keys(query.shape) : []
}

function describeField(
  action: { readonly id: string; readonly title: Texts },
  field: TakeField,
  schema: JsonSchema,
): TakeJson['fields'][number] {
  const { member, title, as, placeholder, digits, isNeeded = false, options: titles } = field
  const found = memberSchema(schema, member)
  if (!found) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `The action ${action.title.en} asks for ${member}, which the body of ${action.id} does not have.`,
      zh: `操作“${action.title.zh}”要填写 ${member}，但 ${action.id} 的请求体没有这个字段。`,
    })
  }
  const { type, enum: options, minimum, maximum, maxLength, description } = found.member
  const texts = options?.filter((option) => typeof option === 'string')
  const titled = Object.entries(titles ?? {}).filter(([option]) => texts?.includes(option))
  return {
    member,
    title: { ...title },
    type: texts
      ? 'choice'
      : type === 'integer' || type === 'number'
        ? 'number'
        : type === 'boolean'
          ? 'boolean'
          : 'text',
    required: found.isRequired || isNeeded,
    ...(as && { as }),
    ...(placeholder && { placeholder: { ...placeholder } }),
    ...(digits !== undefined && { digits }),
    ...(texts && { options: texts }),
    ...(titled.length > 0 && {
      option_titles: Object.fromEntries(titled.map(([option, called]) => [option, { ...called }])),
    }),
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
    ...(maxLength !== undefined && { max_length: maxLength }),
    ...(description !== undefined && { description }),
  }
}

/** Lists of products whose things passed the check, so that many mocks of the same products check them once. */
const wellFormed = new WeakSet<readonly Product[]>()

/**
 * Checks that a mock's things refer to existing control calls, lists, pages and things, so that a wrong name is reported at once, rather than when
 * somebody opens such a thing.
 *
 * @throws UsageError `MOCK_PRODUCT`
 */
export async function checkThings(mock: Mock, calls: readonly ServedCall[]): Promise<void> {
  if (wellFormed.has(mock.products)) return
  const finder = findCalls(mock.products, calls)
  const things = await servedThings(mock)
  for (const thing of things) checkThing(thing, things, finder, calls)
  wellFormed.add(mock.products)
}

function checkThing(
  thing: ServedThing,
  things: readonly ServedThing[],
  finder: CallFinder,
  calls: readonly ServedCall[],
): void {
  checkLife(thing, finder, calls)
  for (const { title, opens } of Array.isArray(thing.facts) ? thing.facts : []) {
    if (!opens || thing.product.pages?.includes(opens.page)) continue
    refuseProduct({
      en: `${title.en} opens the page ${opens.page.path}, which is none of the product ${thing.product.id}: list it among its pages.`,
      zh: `“${title.zh}”打开页面 ${opens.page.path}，但产品 ${thing.product.id} 没有这个页面，请把它列入 pages。`,
    })
  }
  for (const action of thing.actions ?? []) describeTake(finder, action)
  for (const make of thing.makes ?? []) {
    if ('of' in make) checkMaker(make, things, calls)
    else checkMaking(make, finder)
  }
  for (const { title, list } of thing.belongs ?? []) {
    if (!list || Object.hasOwn(thing.table.sorted ?? {}, list.name)) continue
    refuseProduct({
      en: `${title.en} are read from the list ${list.name}, which the table ${thing.table.name} does not have.`,
      zh: `“${title.zh}”从列表 ${list.name} 读取，但表 ${thing.table.name} 没有这个列表。`,
    })
  }
}

function checkLife({ life, id, product }: ServedThing, finder: CallFinder, calls: readonly ServedCall[]): void {
  if (!life) return
  if (life.transitions.some((one) => 'handle' in one && !one.transitions?.length))
    refuseProduct({
      en: `The life of ${id} of ${product.id} has a control call without transitions: say with transitions which it makes.`,
      zh: `产品 ${product.id} 的 ${id} 的 life 中有一个控制调用没有写明流转，请用 transitions 写明。`,
    })
  const states = life.stages.flat().map(({ name }) => name)
  for (const transition of transitionsIn(life)) {
    const { title, from, to } = transition
    const unknown = [...from, to].find((name) => !states.includes(name))
    if (unknown !== undefined)
      refuseProduct({
        en: `The transition ${title.en} in the life of ${id} of ${product.id} has the state ${unknown}, which none of its stages has.`,
        zh: `产品 ${product.id} 的 ${id} 的 life 中，“${title.zh}”用到状态 ${unknown}，但 stages 中没有它。`,
      })
    const take = takeOf(transition, calls)
    if (take) describeTake(finder, take)
  }
}

function checkMaking(make: ThingCall, finder: CallFinder): void {
  describeTake(finder, make)
  const { call, title } = make
  if (!finder(call)?.route.path.includes('{')) return
  refuseProduct({
    en: `${title.en} takes the control call ${call}, whose path has variables, and there is no row yet to fill them in.`,
    zh: `“${title.zh}”使用控制调用 ${call}，其路径中有变量，而此时还没有可用来填写的记录。`,
  })
}

function checkMaker(
  { title, of, call }: ThingMaker,
  things: readonly ServedThing[],
  calls: readonly ServedCall[],
): void {
  const whose = things.find(({ table }) => table === of)
  const transitions = whose?.life ? transitionsIn(whose.life) : []
  const takes = [...(whose?.actions ?? []), ...transitions.map((one) => takeOf(one, calls))]
  if (takes.some((take) => take?.call === call)) return
  refuseProduct({
    en: `${title.en} is the action ${call} of the table ${of.name}, which has no such action.`,
    zh: `“${title.zh}”是表 ${of.name} 的操作 ${call}，但它没有这个操作。`,
  })
}
