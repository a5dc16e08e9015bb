import type { z } from 'zod'
import {
  type EventDescription,
  type Kept,
  merged,
  type Resource,
  type SampleSurroundings,
} from '../engine/callbacks/event.ts'
import type { RepeatSchedule } from '../engine/callbacks/notification.ts'
import type { DocumentedProduct } from '../engine/operation.ts'
import { defineProduct } from '../engine/product.ts'
import type { Transaction } from '../engine/state/store.ts'
import { ALL } from '../engine/state/table.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import type { Texts } from '../wire/shared/texts.ts'
import { addressOf, catalogueIndex, type EventFacts, englishOf, factsOf, scheduleOf } from './facts.ts'
import { movedByCallback } from './moves.ts'
import { BY_PATH, type NumberOfThing, numbersIn, numbersOfProduct } from './numbers.ts'
import { changedParts } from './parts.ts'
import { recall, recallAll, recallLatest, remember, remembered, type Whose } from './remembered.ts'
import { shownObject } from './schemas.ts'
import { makeAnswer } from './shaped-answer.ts'
import { ShapedOperation } from './shaped-operation.ts'
import { handWrittenValues, inAnswers, inCallbacks, leftOutBy, type ValuedField, valuedResource } from './values.ts'

/** How many things are searched for one that a callback may be about where none has a number that it names. */
const LOOKED_THROUGH = 50

/**
 * A documented callback that no rule of the mock triggers: tests send it on demand, and it reports things that the merchant's shaped calls have
 * made. All but its type is read on first use.
 */
export class ShapedEvent implements EventDescription {
  readonly eventType: string
  readonly name: string
  readonly shaped = true
  readonly product: DocumentedProduct
  #resource: z.ZodObject | undefined
  #fields: readonly ValuedField[] | undefined

  /**
   * @param product its product in the catalogue
   * @param name its type, unless another event has that as its name
   */
  constructor(product: DocumentedProduct, eventType: string, name: string) {
    this.product = product
    this.eventType = eventType
    this.name = name
  }

  get facts(): EventFacts {
    const facts = factsOf(this.product.id).events.find(({ type }) => type === this.eventType)
    if (!facts)
      throw new Error(`The catalogue has no facts of ${this.eventType} of ${this.product.id}, which its index lists.`)
    return facts
  }

  get id(): string {
    return this.name
  }

  get label(): Texts {
    return { en: englishOf(this.name), zh: this.facts.title }
  }

  get description(): string {
    return this.label.en
  }

  get title(): string {
    return this.facts.title
  }

  get source(): string {
    return addressOf(this.facts)
  }

  get summary(): string {
    return this.facts.summary ?? this.facts.title
  }

  get originalType(): string {
    return this.facts.originalType ?? ''
  }

  get associatedData(): string {
    return this.facts.associatedData ?? this.originalType
  }

  get schedule(): RepeatSchedule {
    return scheduleOf(this.facts)
  }

  get replySeconds(): number | undefined {
    return this.facts.replySeconds
  }

  get resource(): z.ZodObject {
    this.#resource ??= shownObject(this.facts.resource)
    return this.#resource
  }

  /**
   * The thing with a given number, or the latest subject of the merchant's calls, unless the event tells of a new one. It is sent to the address that
   * the call which made the thing gave, or else to that of the merchant's callbacks of the product.
   */
  async find(
    tx: Transaction,
    mchid: string,
    given: Resource,
  ): Promise<{ readonly url?: string | undefined; readonly about: readonly JsonObject[] }> {
    const whose = { mchid, product: this.product.id }
    const named = this.#numbersIn(given)
    const isNew = handWrittenValues().making.includes(this.#fact)
    const thing = named.length > 0 || isNew ? await recall(tx, whose, named) : await this.#latest(tx, whose)
    const settings = (await recallAll(tx, whose, BY_PATH)).map(({ members = {} }) => members)
    const set = settings.flatMap(({ notify_url, callback_url, url }) => [notify_url, callback_url, url])
    const addresses = [thing?.members?.notify_url, ...set]
    const url = addresses.find((one) => typeof one === 'string')
    return { about: [given, thing?.members ?? {}], ...(url !== undefined && { url }) }
  }

  /** The latest thing that a callback names, or else the latest of the product. */
  async #latest(tx: Transaction, whose: Whose) {
    const { resource } = this.facts
    const { inCallback, namesOfKinds } = numbersOfProduct(factsOf(this.product.id))
    const [name] = inCallback(resource)
    const [likeliest] = name === undefined ? [] : namesOfKinds(name, resource)
    const thing = likeliest === undefined ? undefined : await recallLatest(tx, whose, likeliest)
    if (thing) return thing
    const newest = await tx.in(remembered).page('newest', ALL, { owner: whose.mchid, limit: LOOKED_THROUGH })
    return newest.find((one) => one.product === whose.product && one.members && one.name !== BY_PATH)
  }

  sample({ mchid, appid, now, ids }: SampleSurroundings, about: unknown): Resource {
    const audience = this.facts.for ?? 'merchant'
    const sources = [about].flat().flatMap((one) => (isJsonObject(one) ? [inCallbacks(this.product.id, one)] : []))
    this.#fields ??= valuedResource(this.#fact, this.facts.resource)
    return makeAnswer(this.#fields, sources, { now, ids, caller: { mchid, appids: [appid] }, audience })
  }

  async keep(tx: Transaction, { mchid, resource, now, ids }: Kept): Promise<void> {
    const whose = { mchid, product: this.product.id }
    const { inside } = numbersOfProduct(factsOf(this.product.id))
    const numbers = this.#numbersIn(resource, 1)
    const known = await recall(tx, whose, numbers)
    const past = Object.fromEntries(leftOutBy(this.#fact).map((name) => [name, null]))
    const before = known?.members ?? {}
    const told = completed(inAnswers(this.product.id, resource), before)
    const moved = movedByCallback(this.product.id, this.eventType, resource, before)
    const parts = changedParts(this.product.id, before, resource, { now, ids })
    const members = { ...past, ...told, ...moved, ...parts }
    await remember(tx, whose, { numbers: numbers.slice(0, 1), known, members, now, inside })
  }

  /** The numbers under which the things that a resource names may be remembered, those of its subject first. */
  #numbersIn(resource: Resource, most = Number.POSITIVE_INFINITY): readonly NumberOfThing[] {
    const { resource: fields } = this.facts
    const { inCallback, namesOfKinds } = numbersOfProduct(factsOf(this.product.id))
    return numbersIn(inCallback(fields), resource)
      .slice(0, most)
      .flatMap(({ name, value }) => namesOfKinds(name, fields).map((one) => ({ name: one, value })))
  }

  /** Its name in `values.json`. */
  get #fact(): string {
    return `${this.product.id} ${this.eventType}`
  }
}

/**
 * Every call and callback of the official pages that no other product of the mock serves: checked, answered and signed in the documented shape,
 * without rules behind it. A call or event that another product of the mock has belongs to that product.
 */
export const catalogue = defineProduct({
  id: 'catalogue',
  title: { en: 'All other products', zh: '其他产品' },
  operations: catalogueIndex.products.flatMap((product) =>
    product.calls.map((call) => new ShapedOperation(product, call)),
  ),
  events: shapedEvents(),
  tables: [remembered],
  things: async () => (await import('./things.ts')).things,
})

/** Adds to the things that a callback lists the members that only answers have. */
function completed(told: JsonObject, known: JsonObject): JsonObject {
  const members = Object.entries(told).map(([name, value]): [string, unknown] => {
    const before: readonly unknown[] = [known[name]].flat()
    return [name, Array.isArray(value) ? value.map((one: unknown, i) => completedPart(one, before[i])) : value]
  })
  return Object.fromEntries(members)
}

function completedPart(told: unknown, known: unknown): unknown {
  if (!isJsonObject(told) || !isJsonObject(known)) return told
  const isOther = Object.entries(told).some(
    ([name, value]) => /_(?:id|no)$/.test(name) && Object.hasOwn(known, name) && known[name] !== value,
  )
  return isOther ? told : merged(known, completed(told, known))
}

/** The first event of a type is named after it; further ones are named after the type and their product. */
function shapedEvents(): readonly ShapedEvent[] {
  const named = new Set<string>()
  return catalogueIndex.products.flatMap((product) =>
    product.events.map((type) => {
      const name = named.has(type) ? `${type}/${product.id}` : type
      named.add(name)
      return new ShapedEvent(product, type, name)
    }),
  )
}
