import { merged } from '../engine/callbacks/event.ts'
import type { PlatformKey } from '../engine/keys/merchants.ts'
import type {
  DocumentedProduct,
  Operation,
  OperationContext,
  OperationDescription,
  ParsedInput,
} from '../engine/operation.ts'
import { takeAnswer } from '../engine/planned-answers.ts'
import type { ErrorDefinition } from '../wire/protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import { decryptField, encryptField, sensitiveFieldError } from '../wire/protocol/sensitive-field.ts'
import { giveWay } from '../wire/shared/pieces.ts'
import {
  type Audience,
  addressOf,
  type CallFacts,
  catalogueIndex,
  englishOf,
  type FieldFacts,
  factsOf,
} from './facts.ts'
import { formerlyDocumented } from './formerly-documented.ts'
import { pageOfList, pageOfParts } from './listed.ts'
import { membersFor, movedBy, movedParts, renamedBy } from './moves.ts'
import { BY_PATH, memberOf, type NumberOfThing, numbersIn, numbersOfProduct, type ProductNumbers } from './numbers.ts'
import { changedParts } from './parts.ts'
import { forget, isFull, REMEMBERED_LIMIT, recall, recallAll, recallMade, remember, withInner } from './remembered.ts'
import { digestOf, errorOfRepeat, repeatable } from './repeats.ts'
import { inputOf, outputOf } from './schemas.ts'
import { makeAnswer, sampleFile } from './shaped-answer.ts'
import { countedUp, fromMentioned, type ValuedField, valuedAnswer } from './values.ts'

/**
 * A documented call that the mock has no rules for: it checks fields by the facts, and answers in the documented shape. All but its address is read
 * on first use.
 */
export class ShapedOperation implements Operation {
  readonly id: string
  readonly method: Operation['method']
  readonly path: string
  readonly shaped = true
  readonly rules = []
  readonly product: DocumentedProduct
  #known: Known | undefined

  /**
   * @param product its product in the catalogue
   * @param id method and path
   */
  constructor(product: DocumentedProduct, id: string) {
    this.product = product
    this.id = id
    const [method = '', path = ''] = id.split(' ')
    // The import writes only methods that an operation can have.
    this.method = method as Operation['method']
    this.path = path
  }

  get facts(): CallFacts {
    return this.#get().facts
  }

  get title(): string {
    return this.facts.title
  }

  get summary(): string {
    return englishOf(this.id)
  }

  get source(): string {
    return addressOf(this.facts)
  }

  get input(): OperationDescription['input'] {
    const known = this.#get()
    known.input ??= inputOf(known.facts)
    return known.input
  }

  get formerlyDocumented(): OperationDescription['formerlyDocumented'] {
    const known = this.#get()
    // Most calls have none.
    if (!('former' in known)) known.former = formerlyDocumented(known.facts, inputOf)
    return known.former
  }

  get output(): OperationDescription['output'] {
    const known = this.#get()
    known.output ??= outputOf(known.facts)
    return known.output
  }

  get errors(): Readonly<Record<string, ErrorDefinition>> {
    const known = this.#get()
    known.errors ??= errorsOf(known.facts, this.source)
    return known.errors
  }

  get encryptedFields(): readonly string[] {
    const known = this.#get()
    known.encrypted ??= encryptedIn(known.facts.body ?? [])
    return known.encrypted
  }

  get rateLimit(): OperationDescription['rateLimit'] {
    const { rate, reported } = this.facts
    return rate && { ...rate, evidence: reported ? 'reported' : 'documented' }
  }

  get status(): number | undefined {
    return this.facts.status
  }

  get unsigned(): true | undefined {
    return this.facts.unsigned
  }

  get fileType(): string | undefined {
    return this.facts.answerType
  }

  /** Decrypts encrypted fields. */
  async prepare(input: ParsedInput, { privateKey, serialNo }: PlatformKey): Promise<ParsedInput> {
    const known = this.#get()
    known.hasEncryptedInput ??= encryptedIn([...(known.facts.query ?? []), ...(known.facts.body ?? [])]).length > 0
    if (!known.hasEncryptedInput) return input
    const { query, body } = known.facts
    let count = 0
    const opened = async (part: 'query' | 'body', fields: readonly FieldFacts[] = []): Promise<unknown> => {
      const given = input[part]
      if (!isJsonObject(given)) return given
      const texts = new Map<string, string>()
      eachEncrypted(fields, given, (text, pointer) => {
        texts.set(pointer, text)
        return text
      })
      for (const [pointer, text] of texts) {
        if (++count % OPENED_AT_ONCE === 0) await giveWay()
        const field = decryptField(text, privateKey)
        if (!field.ok) throw sensitiveFieldError(field.reason, `/${part}${pointer}`, serialNo)
        texts.set(pointer, field.plaintext)
      }
      return eachEncrypted(fields, given, (text, pointer) => texts.get(pointer) ?? text)
    }
    return { ...input, query: await opened('query', query), body: await opened('body', body) }
  }

  async handle({ path, query, body }: ParsedInput, context: OperationContext<string>): Promise<unknown> {
    const { facts, shown, numbers, moved } = this.#get()
    const { tx, now, caller } = context
    const request = { ...asObject(query), ...asObject(body), ...asObject(path) }
    const whose = { mchid: caller.mchid, product: this.product.id }
    const list = numbers.listOf(facts)
    const [asked] = [numbers.asked(facts, request)].filter((one) => !list || (one && isInPath(facts, one)))
    const thing = await recall(tx, whose, asked ? [asked] : [])
    const found = membersFor(facts, thing?.members ?? {}) && thing
    const planned = await takeAnswer(tx, caller.mchid, this.id, request)
    const ruled =
      asked &&
      (await context.tell({
        ...asked,
        members: (facts.answer ?? []).map(({ name }) => name),
        remembered: async (name) => (await recallAll(tx, whose, name)).map(({ members = {} }) => members),
      }))
    const isMissing = ruled === null || (ruled === undefined && !found)
    if (asked && isMissing && !planned) await refuseUnknown(facts, numbers, asked, this.errors, context, ruled === null)
    if (facts.answerType !== undefined) return sampleFile(facts, request.token)

    const [about] = numbers.of(facts, request)
    const made = this.#made(request, about)
    const first = made && (await recallMade(tx, whose, made.number, this.id))
    const isRepeat = first?.of === made?.of
    if (first && !isRepeat && !planned) refuseRepeat(made.number, first.thing, this.errors, context)
    const known = first?.thing ?? (about?.name === asked?.name ? found : await recall(tx, whose, about ? [about] : []))
    const inside: ProductNumbers['inside'] = (field, object, outer) =>
      list?.field.name === field ? numbersIn([list.number], object) : numbers.inside(field, object, outer)
    const inQueries = merged(request, renamedBy(facts, request))
    const change = first && isRepeat ? {} : movedParts(facts, moved, { ...known?.members, ...inQueries })
    const isPlanned = list && planned?.merge?.[list.field.name] !== undefined
    const elements = shown?.find(({ name }) => name === list?.field.name)?.members ?? []
    const complete = (one: JsonObject) => answerOf(facts, elements, { sources: [one] }, context)
    const told =
      list && !isPlanned
        ? await pageOfList(tx, whose, facts, list, request, complete)
        : known && {
            ...membersFor(facts, await withInner(tx, whose, known, inside)),
            ...pageOfParts(facts, known.members ?? {}, request),
          }
    const mentioned: JsonObject[] = []
    const others: NonNullable<Awaited<ReturnType<typeof recall>>>[] = []
    for (const number of list ? [] : numbers.mentioned(facts, request)) {
      const thing = await recall(tx, whose, [number])
      if (!thing?.members) continue
      mentioned.push(numbers.notMadeBy(facts, thing.members))
      others.push(thing)
    }
    const sources = [request, ruled ?? {}, merged(told ?? {}, change)]
    const answer = shown && answerOf(facts, shown, { sources, mentioned, planned: planned?.merge }, context)
    const part = planned ? undefined : partAsked(facts, request, asked, numbers)
    const asPart = part && answer && narrowed(answer, part)
    if (part && asPart && !part.lists.some((name) => lengthOf(asPart[name]) > 0))
      await refuseUnknown(facts, numbers, part.number, this.errors, context, true)
    const { name: numberOfPart = '' } = part?.number ?? {}
    const { [numberOfPart]: _, ...ofThing } = inQueries
    const isNew = this.method === 'POST' && !first
    const inherited = isNew ? fromMentioned(this.product.id, mentioned) : {}
    const parts =
      isRepeat && first ? {} : changedParts(this.id, known?.members ?? {}, { ...request, ...answer }, context)
    const members = { ...inherited, ...ofThing, ...change, ...answer, ...parts }
    if (this.method === 'DELETE') await forget(tx, whose, { known, members: request, inside })
    else {
      // A number that only the answer has identifies this thing; those of other things that the request mentions do not.
      const before: JsonObject = Object.assign({}, ...mentioned, known?.members, request)
      const brought = Object.keys(answer ?? {}).filter((name) => numbers.isNumber(name) && !Object.hasOwn(before, name))
      const named = list ? [] : [...numbers.of(facts, members), ...numbers.ofKind(facts, numbersIn(brought, members))]
      const sample = this.method === 'GET'
      await remember(tx, whose, { numbers: named, known, members, now, inside, made, sample, path: asObject(path) })
      const elsewhere = numbers.shownElsewhere(facts, request)
      if (elsewhere) {
        const shownThere = { ...ofThing, ...change }
        const thing = await recall(tx, whose, [elsewhere])
        await remember(tx, whose, { numbers: [elsewhere], known: thing, members: shownThere, now, inside })
      }
      for (const other of isNew ? others : []) {
        const counts = countedUp(this.product.id, other, members)
        await remember(tx, whose, { numbers: [], known: other, members: counts, now, inside })
      }
    }
    const whole = asPart ?? answer
    const shownPart = planned ? whole : accountMasked(facts, request, whole)
    if (!shownPart || !this.#hasEncryptedAnswer()) return shownPart
    return eachEncrypted(facts.answer ?? [], shownPart, (text) => encryptField(text, caller.publicKey))
  }

  /** The number under which a repeat of a request is known. */
  #made(request: JsonObject, about: NumberOfThing | undefined) {
    const number = repeatable(this.#get().facts, request, about ? [about] : [])
    return number && { number, by: this.id, of: digestOf(request) }
  }

  #hasEncryptedAnswer(): boolean {
    const known = this.#get()
    known.hasEncryptedAnswer ??= encryptedIn(known.facts.answer ?? []).length > 0
    return known.hasEncryptedAnswer
  }

  #get(): Known {
    if (this.#known) return this.#known
    const product = factsOf(this.product.id)
    const facts = product.calls.find(({ method, path }) => method === this.method && path === this.path)
    if (!facts) throw new Error(`The catalogue has no facts of ${this.id}, which its index lists.`)
    const numbers = numbersOfProduct(product)
    const { answer } = withNumbers(facts, numbers)
    const shown = answer && valuedAnswer(this.product.id, answer)
    this.#known = { facts, shown, numbers, moved: movedBy(facts, numbers) }
    return this.#known
  }
}

/** The facts of a call that makes a thing, with its number always answered: whoever made it must be able to name it. */
function withNumbers(facts: CallFacts, numbers: ProductNumbers): CallFacts {
  const { method, answer = [] } = facts
  if (method !== 'POST' || !answer.some(({ required }) => required)) return facts
  const all = Object.fromEntries(answer.map(({ name }) => [name, name]))
  const own = new Set(numbers.of(facts, all).map(({ name }) => name))
  return { ...facts, answer: answer.map((field) => (own.has(field.name) ? { ...field, required: true } : field)) }
}

/** Facts derived on first use. */
interface Known {
  readonly facts: CallFacts
  /** The members of its answer, with what is known of their values. */
  readonly shown: readonly ValuedField[] | undefined
  readonly numbers: ProductNumbers
  /** Members of its thing that it changes besides those that it gives. */
  readonly moved: JsonObject
  input?: OperationDescription['input']
  former?: OperationDescription['formerlyDocumented']
  output?: OperationDescription['output']
  errors?: Readonly<Record<string, ErrorDefinition>>
  encrypted?: readonly string[]
  hasEncryptedInput?: boolean
  hasEncryptedAnswer?: boolean
}

/** Fields decrypted before other calls get a turn: each takes most of a millisecond. */
const OPENED_AT_ONCE = 16

/**
 * The documented errors by their codes. If a code has several messages, the first is keyed by the code alone, each other one by the code and its
 * message: `INVALID_REQUEST 订单已关闭`.
 */
function errorsOf({ errors, reported }: CallFacts, source: string): Readonly<Record<string, ErrorDefinition>> {
  const named: Record<string, ErrorDefinition> = {}
  for (const [status, code, message] of errors) {
    named[Object.hasOwn(named, code) ? `${code} ${message}` : code] = {
      status,
      code,
      message,
      when: { en: `documented as ${code}: ${message}`, zh: message },
      evidence: reported ? 'reported' : 'documented',
      source: { title: `the page of the call, ${catalogueIndex.date}`, url: source },
      // The Request-ID of a success ends with 0, and clients tell the two apart by the status.
      ...(status < 300 && { internalCode: 0 }),
    }
  }
  return named
}

function asObject(part: unknown): JsonObject {
  return isJsonObject(part) ? part : {}
}

/** An answer with the number of its bank account as the query asks for it: without the digits in the middle. */
function accountMasked(
  { query = [] }: CallFacts,
  { account_number_rule }: JsonObject,
  answer: JsonObject | undefined,
): JsonObject | undefined {
  if (typeof answer?.account_number !== 'string' || !query.some(({ name }) => name === 'account_number_rule'))
    return answer
  const { account_number: number } = answer
  const [head, tail] = account_number_rule === 'ACCOUNT_NUMBER_RULE_MASK_V2' ? [6, 4] : [2, 2]
  const masked = '*'.repeat(Math.max(0, number.length - head - tail))
  return { ...answer, account_number: `${number.slice(0, head)}${masked}${number.slice(head + masked.length)}` }
}

/** Changes the texts of all encrypted fields of an object. */
function eachEncrypted(
  fields: readonly FieldFacts[],
  object: JsonObject,
  change: (text: string, pointer: string) => string,
  at = '',
): JsonObject {
  const changed = (field: FieldFacts, value: unknown, pointer: string): unknown => {
    if (Array.isArray(value)) return value.map((one: unknown, i) => changed(field, one, `${pointer}/${i}`))
    if (field.encrypted && typeof value === 'string') return change(value, pointer)
    return field.members && isJsonObject(value) ? eachEncrypted(field.members, value, change, pointer) : value
  }
  const entries = fields.flatMap((field): [string, unknown][] => {
    const { name } = field
    return Object.hasOwn(object, name) ? [[name, changed(field, object[name], `${at}/${name}`)]] : []
  })
  return { ...object, ...Object.fromEntries(entries) }
}

/** The encrypted fields of an object, with dots between the members of inner objects. */
function encryptedIn(fields: readonly FieldFacts[], prefix = ''): readonly string[] {
  return fields.flatMap(({ name, encrypted, members = [] }) =>
    encrypted ? [prefix + name] : encryptedIn(members, `${prefix}${name}.`),
  )
}

/**
 * Refuses a number that no call has made, if calls of the product make such numbers and the page has an error for it.
 *
 * @param isSure a simulated product knows that nothing has this number
 */
async function refuseUnknown(
  call: CallFacts,
  { isMade }: ProductNumbers,
  number: NumberOfThing,
  errors: Readonly<Record<string, ErrorDefinition>>,
  { tx, caller: { mchid }, fail }: OperationContext<string>,
  isSure: boolean,
): Promise<void> {
  const name = memberOf(number)
  const { value } = number
  const isAskedFor = call.method === 'GET' || isInPath(call, number)
  const all = Object.entries(errors)
  const [error] =
    all.find(([, { status }]) => status === 404) ?? all.find(([, { code }]) => IS_NOT_EXIST.test(code)) ?? []
  if (!isAskedFor || error === undefined || !(isSure || isMade(name, call))) return
  const full = await isFull(tx, mchid)
  fail(error, {
    en: `no call has brought the ${name} ${value}: a shaped call knows what earlier calls of the merchant made${full ? `; or it was forgotten: the latest ${REMEMBERED_LIMIT} numbers of a merchant are kept` : ''}`,
    zh: `此前没有请求带来过 ${name} ${value}：按文档应答的接口只知道该商户此前创建的单据${full ? `；也可能已被遗忘：每个商户只保留最近 ${REMEMBERED_LIMIT} 个单号` : ''}`,
  })
}

/** Codes for an unknown number where the page gives them another status than 404; merchants and bills that do not exist are something else. */
const IS_NOT_EXIST = /(?<!MCH_)NOT_?EXISTS?$/

/** A part of a thing that a query asks for: those elements of some lists that have a number. */
interface PartAsked {
  readonly number: NumberOfThing
  readonly lists: readonly string[]
}

/** The part that an optional number in a query asks for, such as one of the invoices of an application. */
function partAsked(
  { method, query = [], answer = [] }: CallFacts,
  request: JsonObject,
  asked: NumberOfThing | undefined,
  { isNumber }: ProductNumbers,
): PartAsked | undefined {
  if (method !== 'GET' || !asked) return undefined
  const names = query.filter(({ name, required }) => !required && name !== asked.name && isNumber(name))
  for (const number of numbersIn(
    names.map(({ name }) => name),
    request,
  )) {
    const lists = answer.filter(({ list, members = [] }) => list && members.some(({ name }) => name === number.name))
    if (lists.length > 0) return { number, lists: lists.map(({ name }) => name) }
  }
  return undefined
}

function narrowed(answer: JsonObject, { number: { name, value }, lists }: PartAsked): JsonObject {
  const isOf = (one: unknown) => isJsonObject(one) && String(one[name]) === value
  const cut = lists.flatMap((list): [string, unknown][] => {
    const { [list]: all } = answer
    return Array.isArray(all) ? [[list, all.filter(isOf)]] : []
  })
  const [[, first] = []] = cut
  return { ...answer, ...Object.fromEntries(cut), ...('total_count' in answer && { total_count: lengthOf(first) }) }
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0
}

function isInPath({ method, path }: CallFacts, number: NumberOfThing): boolean {
  const name = memberOf(number)
  return path.includes(`{${name}}`) || (name === BY_PATH && method !== 'POST')
}

/** States in which a thing may be handed in again with other values. */
const IS_OPEN = /REJECT|CANCEL|FAIL|EDIT/

/** Refuses a number that the same call was given with other values, if the page has an error for it. */
function refuseRepeat(
  number: NumberOfThing,
  { members = {} }: { readonly members?: JsonObject | undefined },
  errors: Readonly<Record<string, ErrorDefinition>>,
  { fail }: OperationContext<string>,
): void {
  const error = errorOfRepeat(errors)
  if (
    error === undefined ||
    Object.entries(members).some(([state, now]) => /state$|status$/.test(state) && IS_OPEN.test(String(now)))
  )
    return
  const member = memberOf(number)
  const { value } = number
  fail(error, {
    en: `the ${member} ${value} was used before, with other values`,
    zh: `${member} ${value} 此前已使用过，且请求内容不同`,
  })
}

/** Members of a planned answer take precedence over all sources; the first source is the surest. */
function answerOf(
  facts: CallFacts,
  fields: readonly ValuedField[],
  {
    sources,
    mentioned = [],
    planned = {},
  }: {
    readonly sources: readonly JsonObject[]
    readonly mentioned?: readonly JsonObject[]
    readonly planned?: JsonObject | undefined
  },
  { now, ids, caller }: OperationContext<string>,
): JsonObject {
  const audience = audienceOf(facts, sources[0] ?? {})
  const context = { now, ids, caller, audience, mentioned }
  return without(makeAnswer(fields, [planned, ...sources], context), planned)
}

/** A value without the members that a plan removes with `null`. */
function without<Value>(answer: Value, planned: unknown): Value
function without(answer: unknown, planned: unknown): unknown {
  if (Array.isArray(answer) && Array.isArray(planned)) return answer.map((one: unknown, i) => without(one, planned[i]))
  if (!isJsonObject(answer) || !isJsonObject(planned)) return answer
  const kept = Object.entries(answer).filter(([name]) => planned[name] !== null)
  return Object.fromEntries(kept.map(([name, value]) => [name, without(value, planned[name])]))
}

/** Whether a request comes from a partner: only partners name a sub-merchant. */
function audienceOf({ path, for: only }: CallFacts, request: JsonObject): Audience {
  if (only) return only
  return path.includes('/partner/') || 'sub_mchid' in request || 'sp_mchid' in request ? 'partner' : 'merchant'
}
