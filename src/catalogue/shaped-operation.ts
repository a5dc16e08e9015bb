import type { PlatformKey } from '../engine/keys/merchants.ts'
import type {
  DocumentedProduct,
  Operation,
  OperationContext,
  OperationDescription,
  ParsedInput,
} from '../engine/operation.ts'
import { takeAnswer } from '../engine/planned-answers.ts'
import type { ErrorDefinition } from '../protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { decryptField, encryptField, sensitiveFieldError } from '../protocol/sensitive-field.ts'
import { giveWay } from '../shared/pieces.ts'
import {
  type Audience,
  addressOf,
  type CallFacts,
  catalogueIndex,
  englishOf,
  type FieldFacts,
  factsOf,
} from './facts.ts'
import { type NumberOfThing, numbersIn, numbersOfProduct, type ProductNumbers } from './numbers.ts'
import { recall, remember } from './remembered.ts'
import { inputOf, outputOf } from './schemas.ts'
import { makeAnswer, sampleFile } from './shaped-answer.ts'
import { type ValuedField, valuedAnswer } from './values.ts'

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
    const { facts, numbers, answer: fields } = this.#get()
    const { tx, now, caller } = context
    const request = { ...asObject(query), ...asObject(body), ...asObject(path) }
    const whose = { mchid: caller.mchid, product: this.product.id }
    const asked = numbers.asked(facts, request)
    const found = await recall(tx, whose, asked ? [asked] : [])
    const planned = await takeAnswer(tx, caller.mchid, this.id, request)
    if (asked && !found && !planned) refuseUnknown(facts, numbers, asked, this.errors, context)
    if (facts.answerType !== undefined) return sampleFile(facts.answerType, request.token)

    const [about] = numbers.of(facts, request)
    const known = about?.name === asked?.name ? found : await recall(tx, whose, about ? [about] : [])
    const mentioned: JsonObject[] = []
    for (const number of numbers.mentioned(facts, request)) {
      const { members = {} } = (await recall(tx, whose, [number])) ?? {}
      mentioned.push(numbers.notMadeBy(facts, members))
    }
    const sources = { request, known: known?.members ?? {}, mentioned, planned: planned?.merge ?? {} }
    const answer = fields && answerOf(facts, fields, sources, context)
    // A number that only the answer has identifies this thing; other numbers may be only mentioned.
    const before = { ...known?.members, ...request }
    const brought = Object.keys(answer ?? {}).filter((name) => numbers.isNumber(name) && !Object.hasOwn(before, name))
    const members = { ...request, ...answer }
    const told = [...numbers.of(facts, members), ...numbersIn(brought, members)]
    await remember(tx, whose, { numbers: told, known, members, now, isNumber: numbers.isNumber })
    if (!answer || !this.#hasEncryptedAnswer()) return answer
    return eachEncrypted(facts.answer ?? [], answer, (text) => encryptField(text, caller.publicKey))
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
    const answer = facts.answer && { answer: valuedAnswer(this.product.id, facts.answer) }
    this.#known = { facts, numbers: numbersOfProduct(product), ...answer }
    return this.#known
  }
}

/** Facts derived on first use. */
interface Known {
  readonly facts: CallFacts
  readonly numbers: ProductNumbers
  readonly answer?: readonly ValuedField[]
  input?: OperationDescription['input']
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

/** Refuses a number that no call has made, if calls of the product make such numbers and the page has an error for it. */
function refuseUnknown(
  call: CallFacts,
  { isMade }: ProductNumbers,
  { name, value }: NumberOfThing,
  errors: Readonly<Record<string, ErrorDefinition>>,
  { fail }: OperationContext<string>,
): void {
  const isAskedFor = call.method === 'GET' || call.path.includes(`{${name}}`)
  const [error] = Object.entries(errors).find(([, { status }]) => status === 404) ?? []
  if (!isAskedFor || error === undefined || !isMade(name)) return
  fail(error, {
    en: `no call has brought the ${name} ${value}: a shaped call knows what earlier calls of the merchant made`,
    zh: `此前没有请求带来过 ${name} ${value}：按文档应答的接口只知道该商户此前创建的单据`,
  })
}

/** Members of a planned answer take precedence over those of the request, and these over remembered ones. */
function answerOf(
  facts: CallFacts,
  fields: readonly ValuedField[],
  {
    planned,
    request,
    known,
    mentioned,
  }: Readonly<Record<'planned' | 'request' | 'known', JsonObject>> & {
    readonly mentioned: readonly JsonObject[]
  },
  { now, ids, caller }: OperationContext<string>,
): JsonObject {
  const audience = audienceOf(facts, request)
  const context = { now, ids, caller, audience, mentioned }
  return without(makeAnswer(fields, [planned, request, known], context), planned)
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
