import { isJsonObject, type JsonObject } from '../../../src/wire/protocol/json-object.ts'

/** A method parameter as a JSON Schema, as far as it is needed to make a value. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  /** Left out by an SDK that does not say. */
  readonly required?: readonly string[] | undefined
  readonly items?: Schema | undefined
  readonly enum?: readonly string[] | undefined
}

/** Which members requests have. */
export const FILLINGS = ['all members', 'required members'] as const
export type Filling = (typeof FILLINGS)[number]

/** Who calls. */
export interface Caller {
  readonly mchid: string
  /** Another merchant, for whom it does something. */
  readonly subMchid: string
  /** Where callbacks go. */
  readonly url: string
  /** A day on which both were paid. */
  readonly billDate: string
  /** RFC 3339, as the next one. */
  readonly soon: string
  readonly later: string
}

/** Texts that have to be one of some, where the SDK takes any. */
const LISTED: Readonly<Record<string, string>> = {
  account: 'AVAILABLE',
  background_color: 'Color010',
  detail_status: 'ALL',
  limit_pay: 'no_credit',
  refund_account: 'REFUND_SOURCE_SUB_MERCHANT',
  relation_type: 'SUPPLIER',
  status: 'SENDED',
  type: 'MERCHANT_ID',
}

/**
 * Values that a shop might send in the calls of one product. A name has the same value in all of them, and a number that an answer has brought is what
 * later calls send, so that a query is about what another call has made.
 */
export class Samples {
  readonly #product: string
  readonly #caller: Caller
  readonly #filling: Filling
  readonly #learnt = new Map<string, string>()

  constructor(product: string, caller: Caller, filling: Filling) {
    this.#product = product
    this.#caller = caller
    this.#filling = filling
  }

  /** @param instead values of members, also of inner ones and of those in a list; `undefined` leaves one out */
  of(schema: Schema, name = '', instead: JsonObject = {}): unknown {
    switch (schema.type) {
      case 'object':
        return this.#object(schema, instead)
      case 'array':
        return schema.items ? [this.of(schema.items, name, instead)] : []
      case 'boolean':
        return true
      case 'integer':
      case 'number':
        return numberFor(name)
      case 'string':
        return schema.enum?.[0] ?? this.text(name)
    }
  }

  #object({ properties = {}, required }: Schema, instead: JsonObject): unknown {
    const members = Object.entries(properties)
    const sent = this.#filling === 'required members' ? members.filter(([name]) => required?.includes(name)) : members
    return Object.fromEntries(
      sent.map(([name, schema]) => {
        const other = instead[name]
        if (isJsonObject(other)) return [name, this.of(schema, name, other)]
        return [name, Object.hasOwn(instead, name) ? other : this.of(schema, name)]
      }),
    )
  }

  text(name: string): string {
    const { mchid, subMchid, url, billDate, soon, later } = this.#caller
    if (/^(?:(?:sp|combine|creator|stock_creator)_)?(?:mchid|mch_id)$|_merchant$/.test(name)) return mchid
    if (/(?:mchid|mch_id)$/.test(name)) return subMchid
    if (name.endsWith('appid')) return 'wxd678efh567hg6787'
    if (name.endsWith('openid')) return 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
    if (name === 'bill_date') return billDate
    if (name.endsWith('date')) return soon.slice(0, 10)
    if (name.endsWith('day_time')) return '000000'
    if (/(?:^|_)(?:time|at)(?:$|_)/.test(name)) return /end|expire/.test(name) ? later : soon
    if (name.endsWith('currency')) return 'CNY'
    if (name.endsWith('url')) return url
    if (name.endsWith('ip')) return '203.0.113.7'
    if (/phone|mobile/.test(name)) return '13800138000'
    if (isNumber(name)) return this.#learnt.get(name) ?? this.#digits(name)
    return LISTED[name] ?? '说明'
  }

  /** Takes the numbers that an answer gives things; the shop's own begin with `out_`. */
  learn(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value !== 'string') this.learn(value)
      else if (isNumber(name) && !name.startsWith('out_')) this.#learnt.set(name, value)
    }
  }

  /** Digits that no other name, and no other product, has; as many as those of WeChat Pay have where it gives them. */
  #digits(name: string): string {
    const hash = [...this.#product, ...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7)
    const digits = `8${String(hash).padStart(9, '0')}`
    return /^(?:transaction|refund)_id$|receipt_id$/.test(name) ? `420000000020251101${digits}` : digits
  }
}

const isNumber = (name: string): boolean => /(?:no|id|code|code_list|sn|number|serial)$/.test(name)

function numberFor(name: string): number {
  if (name === 'offset') return 0
  if (name === 'limit') return 10
  return /total|max/.test(name) ? 100 : 1
}
