import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { IdSource } from '../engine/ids.ts'
import type { Merchant } from '../engine/keys/merchants.ts'
import { formatInstant } from '../wire/protocol/instant.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import { MAX_SENSITIVE_BYTES } from '../wire/protocol/sensitive-field.ts'
import { DAY_MS } from '../wire/shared/china-time.ts'
import type { Audience, CallFacts } from './facts.ts'
import { handWrittenValues, type ValuedField } from './values.ts'

/** The kinds of files whose addresses answers give: bills (账单), receipts (回单) and invoices (发票). */
type FileKind = 'bill' | 'receipt' | 'invoice'

/** A bill without orders: a line of column names, then that of the summary, as in real bills; with a byte order mark. */
const CSV = Buffer.from(
  `\ufeff${[
    ['交易时间', '商户号', '商户订单号', '订单金额'],
    ['总交易单数', '应结订单总金额'],
    ['`0', '`0.00'],
  ].join('\r\n')}\r\n`,
)

/** One grey pixel. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z',
  'base64',
)

/** An empty page. */
const PDF = Buffer.from(
  pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  ]),
)

/** A PDF file from its objects; the first is the document catalog. */
function pdfOf(objects: readonly string[]): string {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = file.length
    file += `${i + 1} 0 obj${object}endobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`
  return `${file}${table}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`
}

/** The token of a bill that was requested with `tar_type` GZIP. */
const GZIP_TOKEN = 'gzip'

/** Where invoices are downloaded. */
const INVOICES = '/invoicing/fapiao/fapiao-file'

/** The download address of a file; the file there matches the digest in the answer. */
function fileAddress(kind: FileKind, tarType: unknown): string {
  if (kind === 'invoice') return `https://pay.wechatpay.cn${INVOICES}?token=invoice`
  // Not where bills are downloaded that follow from orders.
  const path = kind === 'bill' ? 'bill/downloadurl' : 'transferdownload/signfile'
  return `https://api.mch.weixin.qq.com/v3/${path}?token=${tarType === 'GZIP' ? GZIP_TOKEN : 'sample'}`
}

/** The digest of a file in hex, over the plain bytes; of a receipt in upper case, as in the examples of the pages. */
function digestOf(kind: FileKind, hashType: unknown): string {
  const algorithm = hashType === 'SHA256' || hashType === 'SM3' ? hashType : 'SHA1'
  const digest = createHash(algorithm.toLowerCase())
    .update(kind === 'bill' ? CSV : PDF)
    .digest('hex')
  return kind === 'receipt' ? digest.toUpperCase() : digest
}

/**
 * The file that a shaped call answers.
 *
 * @param token the one in its address
 */
export function sampleFile(
  { path, answerType = '' }: Pick<CallFacts, 'path' | 'answerType'>,
  token: unknown,
): Uint8Array {
  if (answerType.startsWith('image/')) return new Uint8Array(JPEG)
  if (answerType === 'application/pdf' || path === INVOICES) return new Uint8Array(PDF)
  return new Uint8Array(token === GZIP_TOKEN ? gzipSync(CSV) : CSV)
}

/** Sources of values that neither the request nor an earlier call has. */
interface MakingContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  readonly caller: Pick<Merchant, 'mchid' | 'appids'>
  /** Fields that only the pages for this audience require are answered too. */
  readonly audience: Audience
  /** Other things that a request names: their numbers are those of the answer too. */
  readonly mentioned?: readonly JsonObject[]
}

/** Adds the amounts, and the ids already used. */
interface Making extends MakingContext {
  /** Fen that amounts are made of, and those of refunds. */
  readonly amount: number
  readonly refund: number
  /** The ids known so far, by their names: an answer must not name one thing in two ways. Elements of a list inherit the ids outside. */
  readonly told: Record<string, unknown>
  /** Sources of the whole thing, the surest first. */
  readonly whole: readonly JsonObject[]
  /** Sources of the things around an element of a list, the nearest first. */
  readonly around: readonly JsonObject[]
  /** Ids of what things consist of, such as the invoices of an application, for members that no source has. */
  readonly inside: Readonly<Record<string, unknown>>
}

/** Members that mark an answer as one page of a list. */
const OF_PAGES = /^(?:total_(?:count|num)|limit|offset|download_bill_count)$/
/** Members of only some answers, such as failures, or pages before the last. */
const OF_SOME = /fail|invalid|reject|reason|message$|promotion|next_page|^code$/

/**
 * Makes an answer of a documented shape. Members known from a source keep that value. Of the others, the required ones are those of the page's
 * sample or made up from their name, type and listed values, and so is the list of an answer that is a page of one. Among listed values, the first
 * that does not report a problem is used. What `values.json` says of a member comes before all of that. If a page requires nothing, it does not say when members are left out: then all that fit a success are answered.
 *
 * @param sources known values, the surest first
 */
export function makeAnswer(
  fields: readonly ValuedField[],
  sources: readonly JsonObject[],
  context: MakingContext,
): JsonObject {
  const told: Making['told'] = Object.create(null)
  for (const source of [...sources, ...(context.mentioned ?? [])].toReversed()) {
    for (const [name, value] of Object.entries(source)) if (isTold(name)) told[name] = value
  }
  const amount = amountIn(sources, IS_AMOUNT) ?? sumOfPayments(sources) ?? 100
  const inside = idsInside(sources)
  const making = {
    ...context,
    amount,
    refund: amountIn(sources, IS_REFUND) ?? amount,
    told,
    inside,
    whole: sources,
    around: [],
  }
  const [only, ...others] = fields
  if (only?.members && !only.list && others.length === 0) {
    // An envelope around the members that the request gives.
    const inner = sources.flatMap(({ [only.name]: value }) => (isJsonObject(value) ? [value] : []))
    return { [only.name]: makeObject(only.members, [...inner, ...sources], making, isNeededOf(only.members, context)) }
  }
  const list = fields.some(({ name }) => OF_PAGES.test(name)) && fields.find((field) => field.list)
  const needed = isNeededOf(fields, context)
  const isOfPage: IsNeeded = (field) => list !== false && (field === list || /^(?:limit|offset)$/.test(field.name))
  const answer = makeObject(fields, sources, making, (field) => isOfPage(field) || needed(field))
  const length = list && answer[list.name]
  const isCounted = Array.isArray(length) && 'total_count' in answer && !sources.some((one) => 'total_count' in one)
  return isCounted ? { ...answer, total_count: length.length } : answer
}

/** Whether an object must have a member. */
type IsNeeded = (field: ValuedField) => boolean

function isRequiredFor({ audience }: MakingContext): IsNeeded {
  return ({ required }) => required === true || required === audience
}

function isNeededOf(fields: readonly ValuedField[], context: MakingContext): IsNeeded {
  const isRequired = isRequiredFor(context)
  return fields.some(isRequired) ? isRequired : ({ name }) => !OF_SOME.test(name)
}

function makeObject(
  fields: readonly ValuedField[],
  sources: readonly JsonObject[],
  making: Making,
  isNeeded: IsNeeded,
): JsonObject {
  const made: [string, unknown][] = []
  for (const field of fields) {
    if (field.gone) continue
    const isMade = field.onceIs ? isDue(field.onceIs, fields, sources, making) : isNeeded(field) && !field.unmade
    const value =
      field.fixed ??
      (field.always && followed(field, making)) ??
      knownValue(field, sources, making) ??
      followed(field, making) ??
      (isMade ? madeUp(field, fields, making) : undefined)
    if (value !== undefined) made.push([field.name, value])
  }
  return computedIn(fields, sources, Object.fromEntries(made))
}

/** An object with those of its members that follow from others. */
function computedIn(fields: readonly ValuedField[], sources: readonly JsonObject[], made: JsonObject): JsonObject {
  let object = made
  for (const [kind, compute] of Object.entries(COMPUTED)) {
    for (const { name, computed } of fields) {
      if (computed !== kind || sources.some((one) => Object.hasOwn(one, name))) continue
      const value = compute(object)
      if (value !== undefined) object = { ...object, [name]: value }
    }
  }
  return object
}

/** Amounts of invoices and of their lines in fen, computed in this order. `total_amount` includes the tax. */
const COMPUTED: Readonly<Record<NonNullable<ValuedField['computed']>, (one: JsonObject) => number | undefined>> = {
  tax({ total_amount, tax_rate, items }) {
    if (Array.isArray(items))
      return items.reduce<number>((sum, one: JsonObject) => sum + Number(one.tax_amount ?? 0), 0)
    // 1300 is 13 %.
    const rate = Number(tax_rate ?? 0) / 10_000
    const total = Number(total_amount ?? 0)
    return total - Math.round(total / (1 + rate))
  },
  withoutTax: ({ total_amount, tax_amount }) => Number(total_amount) - Number(tax_amount),
  // In millionths of a fen, where the quantity is in hundred-millionths.
  unitPrice: ({ amount, quantity }) => Math.round((Number(amount) * 1e14) / Number(quantity)),
}

/** Whether other members beside a field have the values that it comes with. */
function isDue(
  values: JsonObject,
  fields: readonly ValuedField[],
  sources: readonly JsonObject[],
  making: Making,
): boolean {
  return fields.every((field) => {
    const { name, first } = field
    return !Object.hasOwn(values, name) || [values[name]].flat().includes(knownValue(field, sources, making) ?? first)
  })
}

/** The value of the member that a field follows. */
function followed(field: ValuedField, { whole }: Making): unknown {
  const { of } = field
  const known = of === undefined ? undefined : whole.find((one) => Object.hasOwn(one, of))
  return known && fitted(field, known[of ?? ''])
}

/** The value that the first source has for a field; objects are merged from all sources. */
function knownValue(field: ValuedField, sources: readonly JsonObject[], making: Making): unknown {
  const { name, list, type, members } = field
  const lists: (readonly unknown[])[] = []
  const objects: JsonObject[] = []
  for (const source of sources) {
    const value = Object.hasOwn(source, name) ? source[name] : undefined
    // A query lists things that were made one by one.
    if (list) lists.push(...(Array.isArray(value) ? [value] : isJsonObject(value) ? [[value]] : []))
    else if (type === 'object') objects.push(...partIn(source, name, objects))
    else {
      const fitting = fitted(field, value)
      if (fitting !== undefined) return fitting
    }
  }
  if (list) return knownList(field, field.filled ? lists.filter(({ length }) => length > 0) : lists, sources, making)
  return members && objects.length > 0 ? makeObject(members, objects, making, isRequiredFor(making)) : objects[0]
}

/** The object with a name in a source: of a list of more of them, such as `receivers`, the first that fits what surer sources say of it. */
function partIn(source: JsonObject, name: string, known: readonly JsonObject[]): readonly JsonObject[] {
  const { [name]: own, [`${name}s`]: several } = source
  if (!Array.isArray(several)) return isJsonObject(own) ? [own] : []
  return several
    .filter(isJsonObject)
    .filter((one) => known.every((other) => saysTheSame(one, other)))
    .slice(0, 1)
}

/** The first of some lists, completed from the others' versions of the same elements. */
function knownList(
  field: ValuedField,
  [given, ...others]: readonly (readonly unknown[])[],
  sources: readonly JsonObject[],
  making: Making,
): unknown {
  const { type, members } = field
  return given?.flatMap((one, i) => {
    if (type !== 'object') return fitted(field, one) ?? []
    if (!isJsonObject(one)) return []
    const same = others.flatMap(({ [i]: other }) => (isJsonObject(other) && saysTheSame(one, other) ? [other] : []))
    // Each element is another thing.
    const amount = amountIn([one, ...same], IS_AMOUNT) ?? making.amount
    const around = [...sources, ...making.around]
    const within = { ...making, told: Object.create(making.told), inside: {}, amount, around }
    return members ? makeObject(members, [one, ...same], within, isRequiredFor(making)) : one
  })
}

/** Whether two objects agree in all texts and numbers that both have. */
function saysTheSame(one: JsonObject, other: JsonObject): boolean {
  return Object.entries(one).every(
    ([name, value]) => typeof value === 'object' || !Object.hasOwn(other, name) || other[name] === value,
  )
}

/** A value converted to a field's type: variables of paths and members of queries are texts; `undefined` for one that does not fit. */
function fitted({ type, values, max, encrypted }: ValuedField, value: unknown): string | number | boolean | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  if (type === 'boolean') return /^(?:true|false)$/.test(String(value)) ? String(value) === 'true' : undefined
  if (type === 'string') {
    const text = String(value)
    const isTooLong = encrypted
      ? Buffer.byteLength(text) > MAX_SENSITIVE_BYTES
      : max !== undefined && text.length > max && [...text].length > max
    return isTooLong || (values && !values.includes(text)) ? undefined : text
  }
  const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && (type === 'number' || Number.isSafeInteger(number)) ? number : undefined
}

function madeUp(field: ValuedField, siblings: readonly ValuedField[], making: Making): unknown {
  const { type, list, members = [], elements } = field
  if (elements && !field.filled) return elements
  // The invoices of an application are for its buyer.
  if (type === 'object' && !list && making.around.some(({ [field.name]: one }) => isJsonObject(one)))
    return knownValue(field, making.around, making)
  const within = field.apart ? { ...making, told: {}, inside: {} } : making
  const value =
    type === 'object' ? makeObject(members, [], within, isNeededOf(members, within)) : scalar(field, siblings, making)
  return list ? [value] : value
}

/** Names of members that identify things and people. */
const IS_ID = /(?:^|_)(?:no|id|sn|number|token|ticket)$|_code$|(?:mchid|appid|openid|unionid)$/
/** Ids that each thing has anew. */
const isMadeId = (name: string): boolean => IS_ID.test(name) && !handWrittenValues().kept.includes(name)
/** Members that other members of an answer depend on. */
const isTold = (name: string): boolean => IS_ID.test(name) || name === 'hash_type' || name === 'tar_type'

function scalar(field: ValuedField, siblings: readonly ValuedField[], making: Making): string | number | boolean {
  const { name, type, first } = field
  const known = IS_ID.test(name) ? fitted(field, making.told[name] ?? making.inside[name]) : undefined
  if (known !== undefined) return known
  if (first !== undefined && !isMadeId(name)) return first
  if (type === 'boolean') return false
  const value = type === 'string' ? textFor(field, siblings, making) : numberFor(field, making)
  if (isTold(name)) making.told[name] = value
  return value
}

const IS_COUNT = /(?:count|num|quantity|times|index|limit)$/
const IS_PART = /discount|contribute|coupon|subsidy|frozen|fail|^tax_|(?<!total_)fee/

function numberFor({ name, fen, first, example }: ValuedField, { ids, now, amount, refund }: Making): number {
  const given = first ?? example
  if (isMadeId(name)) return Number(given === undefined ? ids.digits(ID_DIGITS) : alike(String(given), ids))
  if (typeof given === 'number') return given
  if (/(?:^|_)(?:timestamp|time)$/.test(name)) return Math.floor(now / 1_000)
  if (/expires?_in$/.test(name)) return 7_200
  if (/^offset$|fail/.test(name)) return 0
  if (fen || (!IS_COUNT.test(name) && /amount|refund|payer_|total/.test(name)))
    return IS_PART.test(name) ? 0 : /refund|return/.test(name) ? refund : amount
  return name === 'limit' ? 10 : 1
}

/** Digits of an id without an example. */
const ID_DIGITS = 15
/** The fewest digits of an id, so that things rarely get the same. */
const FEWEST_DIGITS = 8

/** An id with the form of another: as long, and with the same beginning. */
function alike(example: string, ids: IdSource): string {
  // A code of an error.
  if (/^[A-Z_]+$/.test(example)) return example
  const head = /^.*[^0-9]/s.exec(example)?.[0] ?? ''
  const digits = example.length - head.length
  if (head === '') {
    const kept = example.slice(0, Math.max(0, Math.min(10, digits - 12)))
    return ids.digits(Math.max(digits, FEWEST_DIGITS) - kept.length, kept)
  }
  return digits < FEWEST_DIGITS - 2 ? ids.letters(example.length - 2, example.slice(0, 2)) : ids.digits(digits, head)
}

/** Values that report a problem, although a page may list them first. */
const IS_UNHELPFUL = /UNKNOWN|UNSPECIFIED|INVALID|FAIL/

function textFor(field: ValuedField, siblings: readonly ValuedField[], making: Making): string {
  const { name, values, max = 64, min = 1 } = field
  if (values?.[0] !== undefined) return values.find((value) => !IS_UNHELPFUL.test(value)) ?? values[0]
  const isTime = field.time || /(?:^|_)(?:time|at|date)$/.test(name)
  const text = isTime ? instantFor(name, max, making.now) : ordinaryText(field, siblings, making)
  return [...text.repeat(Math.ceil(min / text.length))].slice(0, max).join('')
}

/** A text of the form that its page shows, or else one for its name. */
function ordinaryText(field: ValuedField, siblings: readonly ValuedField[], making: Making): string {
  const { name, max = 64, first, example } = field
  const { ids, caller } = making
  if (IS_MAKER.test(name)) return caller.mchid
  const given = first ?? example
  if (given !== undefined) return isMadeId(name) ? alike(String(given), ids) : String(given)
  const { [name]: otherwise } = handWrittenValues().otherwise
  if (otherwise !== undefined) return String(otherwise)
  const named = namedText(name, siblings, making)
  if (named !== undefined) return named
  return IS_ID.test(name) ? ids.digits(Math.min(max, ID_DIGITS)) : SAMPLE
}

/** Names of the merchant that makes a thing. */
const IS_MAKER = /^(?:creator|belong)_merchant_id$/

/** Stands in for any other text. No field has it as its title. */
const SAMPLE = '示例'

/** Formats of made-up texts, by the names of their fields; the first match wins. */
const FORMS: readonly (readonly [name: RegExp, form: (making: Making) => string])[] = [
  [/^(?:sub|brand|payee|payer|return)_mchid$/, ({ ids }) => ids.digits(10)],
  [/mchid$/, ({ caller }) => caller.mchid],
  [/appid$/, ({ caller }) => caller.appids[0] ?? 'wxd678efh567hg6787'],
  [/(?:openid|unionid)$/, ({ ids }) => `o${ids.letters(27)}`],
  [/^transaction_id$/, ({ ids }) => `4200${ids.digits(24)}`],
  [/currency$/, () => 'CNY'],
  [/(?:^|_)(?:state|status|result)$/, () => 'SUCCESS'],
  [/(?:^|_)(?:count|num|quantity)$/, () => '1'],
  [/phone|mobile/, () => '13800138000'],
  [/^code_url$/, ({ ids }) => `weixin://wxpay/bizpayurl?pr=${ids.letters(9)}`],
]

function namedText(name: string, siblings: readonly ValuedField[], making: Making): string | undefined {
  const named = FORMS.find(([form]) => form.test(name))
  if (named) return named[1](making)
  const kind = fileKindOf(siblings)
  if (name === 'hash_type') return kind === 'receipt' ? 'SHA256' : 'SHA1'
  if (/(?:_hash|hash_value)$/.test(name)) return digestOf(kind, making.told.hash_type)
  const isOfFile = name === 'download_url' || (name === 'url' && siblings.some((one) => /hash/.test(one.name)))
  if (isOfFile) return fileAddress(kind, making.told.tar_type)
  return /(?:^|_)url$/.test(name) ? `https://example.com/${name}` : undefined
}

function fileKindOf(fields: readonly ValuedField[]): FileKind {
  if (fields.some(({ name }) => name === 'fapiao_id')) return 'invoice'
  return fields.some(({ title = '' }) => title.includes('回单')) ? 'receipt' : 'bill'
}

/** A time in the format that fits the length of its field; an end is a day ahead. */
function instantFor(name: string, max: number, now: number): string {
  const text = formatInstant(/expire|(?:^|(?<!time)_)end|until|deadline/.test(name) ? now + DAY_MS : now)
  const digits = text.slice(0, 19).replaceAll(/\D/g, '')
  if (name.endsWith('date') || (max < 14 && max >= 10)) return text.slice(0, 10)
  if (max < 10) return max === 8 ? digits.slice(0, 8) : max === 6 ? digits.slice(8) : text.slice(11, 16)
  return max >= text.length ? text : digits
}

/** The ids of the first of each kind of things in some objects. */
function idsInside(objects: readonly JsonObject[]): Record<string, unknown> {
  const parts = objects
    .flatMap((object) => Object.values(object))
    .flatMap((value) => (Array.isArray(value) ? value.slice(0, 1) : [value]))
    .filter(isJsonObject)
  if (parts.length === 0) return {}
  const own = parts.toReversed().flatMap((part) => Object.entries(part).filter(([name]) => IS_ID.test(name)))
  return { ...idsInside(parts), ...Object.fromEntries(own) }
}

const IS_AMOUNT = /^(?:total|amount|total_amount|order_amount|sum_amount|payer_total|transfer_amount|withdraw_amount)$/
const IS_REFUND = /^(?:refund|refund_amount|return_amount)$/

/** Objects with the most that a user may have to pay, not with what is paid. */
const IS_LIMIT = /^risk_fund$/

/** Fen that a service order comes to before the merchant completes it. */
function sumOfPayments(sources: readonly JsonObject[]): number | undefined {
  const [payments = []] = sources.flatMap(({ post_payments: list }) => (Array.isArray(list) ? [list] : []))
  const amounts = payments.flatMap(({ amount }: JsonObject) => (typeof amount === 'number' ? [amount] : []))
  return amounts.length === 0 ? undefined : amounts.reduce((sum: number, amount: number) => sum + amount, 0)
}

/** Fen of the first amount with such a name in the sources, at any depth; those outside before those inside. */
function amountIn(sources: readonly JsonObject[], isNamed: RegExp): number | undefined {
  for (const source of sources) {
    const members = Object.entries(source)
    const own = members.find(([name, value]) => isNamed.test(name) && typeof value === 'number')?.[1]
    if (typeof own === 'number') return own
    const parts = members.flatMap(([name, value]) => (isJsonObject(value) && !IS_LIMIT.test(name) ? [value] : []))
    const inner = amountIn(parts, isNamed)
    if (inner !== undefined) return inner
  }
  return undefined
}
