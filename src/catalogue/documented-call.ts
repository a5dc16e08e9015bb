import { z } from 'zod'
import type { Operation, OperationContext, OperationDescription, ParsedInput } from '../engine/operation.ts'
import { type ErrorDefinition, UsageError } from '../wire/protocol/errors.ts'
import type { JsonObject } from '../wire/protocol/json-object.ts'
import { nearestWord } from '../wire/shared/texts.ts'
import type { DocumentedAddress, FieldRule, FieldRules, FittingRules, InputOf } from './call-input.ts'
import { type CallFacts, catalogueIndex, type FieldFacts } from './facts.ts'
import { formerlyDocumented } from './formerly-documented.ts'
import { encodedOutputOf, inputOf } from './schemas.ts'
import { ShapedOperation } from './shaped-operation.ts'

export type { DocumentedAddress, EitherOf, FieldRule, FieldRules, FittingRules, InputOf } from './call-input.ts'

/**
 * A refusal: an error that the page lists, as its status and code, and its message where the code has several, such as
 * `400 INVALID_REQUEST 订单已关闭`; the same with what is known better than the page says, such as `when`; or one in full, which the page need not have.
 */
export type Refusal = string | ({ readonly row: string } & Partial<ErrorDefinition>) | ErrorDefinition

/** For a member that the call's rules hold to the words of its page, with a refusal of their own. */
export const HELD_BY_RULES = { https: false, orElse: [], notWith: [] } as const satisfies FieldRule

/** Facts about a documented call beyond its page. */
export interface DocumentedFacts<
  Address extends DocumentedAddress,
  Name extends string,
  Id extends string = string,
  Fields = object,
> extends Partial<
    Pick<
      OperationDescription,
      | 'summary'
      | 'source'
      | 'rules'
      | 'rateLimit'
      | 'encryptedFields'
      | 'lengthy'
      | 'fileType'
      | 'pendingStatus'
      | 'notes'
    >
  > {
  /** camelCase; faults, the journal and contracts name the call by it. */
  readonly id: Id
  /** Rules of some fields, by their places, such as `path/out_bill_no`, `body/amount/total` or `answer/state`. */
  readonly fields?: Fields & FittingRules<Address, Fields>
  /** The refusals that the rules bring about, by names of their own. All other errors of the page can still be planned as faults, by their codes. */
  readonly refusals?: Readonly<Record<Name, Refusal>>
}

/** The rules of a documented call. */
export interface DocumentedRules<
  Address extends DocumentedAddress,
  Name extends string,
  Id extends string = string,
  Fields = object,
> extends DocumentedFacts<Address, Name, Id, Fields> {
  /**
   * Runs in one transaction, as `handle` of an operation does. The answer is what the page shows of the object that it returns; encrypted fields of the
   * request are given as plain text.
   */
  handle(input: InputOf<Address, Fields>, context: DocumentedContext<Name>): Promise<object | undefined>
}

/** The surroundings of a documented call. */
export interface DocumentedContext<Name extends string> extends OperationContext<Name> {
  /**
   * The answer that the call has without rules.
   *
   * @param known what the rules know of the thing that the call is about. Default: what calls without rules remember of it
   * @throws ApiError for a thing that neither knows
   */
  shaped(known?: JsonObject): Promise<JsonObject>
}

/** A documented call with rules: faults name it by its id, and its refusals by their names. */
export interface DocumentedOperation<Name extends string, Id extends string> extends Operation {
  readonly id: Id
  readonly errors: Readonly<Record<Name, ErrorDefinition>>
}

/**
 * Makes a documented call simulated: address, fields, answer and errors are those of its official page, the rules are yours. List it among the
 * `operations` of a product, and it takes the place of the shaped call.
 *
 * ```ts
 * const cancel = documentedCall('POST /v3/payscore/serviceorder/{out_order_no}/cancel', {
 *   id: 'cancelServiceOrder',
 *   refusals: { cancelled: '400 ORDER_CANCELED' },
 *   async handle({ path }, { tx, caller, fail, shaped }) {
 *     if (await tx.in(cancellations).find(caller.mchid, path.out_order_no)) return fail('cancelled')
 *     return shaped()
 *   },
 * })
 * ```
 *
 * @param address method and path, as `GET /_mock/operations` has it
 * @throws UsageError `MOCK_PRODUCT` for a call that is not in the catalogue
 */
export function documentedCall<
  const Address extends DocumentedAddress,
  const Name extends string = never,
  const Id extends string = string,
  const Fields extends FieldRules = Record<never, never>,
>(
  address: Address,
  { fields: given, refusals, handle, ...rules }: DocumentedRules<Address, Name, Id, Fields>,
): DocumentedOperation<Name, Id> {
  const fields: FieldRules = given ?? {}
  const product = catalogueIndex.products.find(({ calls }) => calls.includes(address))
  if (!product) throw notDocumented(address)
  const page = new ShapedOperation(product, address)
  let errors: Operation['errors'] | undefined
  const facts = () => corrected(page.facts, fields)
  let output: Operation['output'] | undefined
  let input: Operation['input'] | undefined
  let former: Operation['formerlyDocumented'] | 'none'
  const requestsOf = (known: CallFacts): Operation['input'] => {
    const made = inputOf(known, 'read')
    // A page without a table of the query does not say that it takes nothing else there.
    return !page.facts.query && made.query instanceof z.ZodObject ? { ...made, query: made.query.loose() } : made
  }
  const own = {
    rules: [],
    ...rules,
    shaped: undefined,
    get errors() {
      errors ??= errorsOf(page, refusals ?? {})
      return errors
    },
    get input() {
      input ??= requestsOf(facts())
      return input
    },
    get formerlyDocumented() {
      former ??= formerlyDocumented(facts(), requestsOf) ?? 'none'
      return former === 'none' ? undefined : former
    },
    get output() {
      output ??= encodedOutputOf(facts())
      return output
    },
    handle: (input: ParsedInput, context: OperationContext<string>) => {
      const shaped = (known?: JsonObject) =>
        page.handle(input, known ? { ...context, tell: () => known } : context) as Promise<JsonObject>
      const { path = {}, query = {}, body = {}, file } = input
      // The schemas are made from the same facts as the types that a handler names.
      return handle({ path, query, body, file } as unknown as InputOf<Address, Fields>, { ...context, shaped })
    },
  }
  // The facts are read on first use, as for any shaped call.
  return new Proxy(page, {
    get(facts, name) {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : facts, name, facts)
      return typeof value === 'function' ? value.bind(facts) : value
    },
  }) as unknown as DocumentedOperation<Name, Id>
}

/** @throws Error for a rule at a place that the page does not have, unless the rule gives the type of a new member */
function corrected(facts: CallFacts, rules: FieldRules): CallFacts {
  const { params = [], query = [], body = [], answer = [] } = facts
  const parts = new Map(Object.entries({ path: params, query, body, answer }))
  for (const [place, { type }] of Object.entries(rules)) {
    const [part = '', ...names] = place.split('/')
    const isNew = type !== undefined && part !== 'path' && names.length === 1
    if (!parts.has(part) || !(isNew || hasPlace(parts.get(part) ?? [], names))) {
      throw new Error(`${facts.method} ${facts.path} has no ${place}; a member that its page lacks needs a type.`)
    }
  }
  const changed = [...parts].flatMap(([part, fields]) => {
    const made = correctedFields(fields, rules, part)
    return made.length === 0 ? [] : [[part === 'path' ? 'params' : part, made] as const]
  })
  return { ...facts, ...Object.fromEntries(changed) }
}

function hasPlace(fields: readonly FieldFacts[], [name, ...inner]: readonly string[]): boolean {
  const field = fields.find((one) => one.name === name)
  return field !== undefined && (inner.length === 0 || hasPlace(field.members ?? [], inner))
}

function correctedFields(fields: readonly FieldFacts[], rules: FieldRules, at: string): readonly FieldFacts[] {
  const known = fields.map((field) => withRule(field, rules, `${at}/${field.name}`))
  const more = Object.entries(rules).flatMap(([place, { required, ...rule }]): FieldFacts[] => {
    const name = place.slice(at.length + 1)
    if (place !== `${at}/${name}` || name.includes('/') || fields.some((field) => field.name === name)) return []
    return [{ type: 'string', ...rule, name, ...(required && { required }) }]
  })
  return [...known, ...more]
}

function withRule(field: FieldFacts, rules: FieldRules, place: string): FieldFacts {
  const { required: asked, members, ...facts } = field
  const { required = asked, ...rule } = rules[place] ?? {}
  return {
    ...facts,
    ...(members && { members: correctedFields(members, rules, place) }),
    ...rule,
    ...(required && { required }),
  }
}

/** The refusals by their names, then the other errors of the page by their codes. */
function errorsOf(page: ShapedOperation, refusals: Readonly<Record<string, Refusal>>): Operation['errors'] {
  // Without a source they are documented on the page of the call.
  const rows = Object.entries(page.errors).map(([name, { source, ...row }]): [string, ErrorDefinition] => [
    name,
    row.evidence === 'documented' || source === undefined ? row : { ...row, source },
  ])
  const isTaken = new Set<ErrorDefinition>()
  const take = (row: string): ErrorDefinition => {
    const [status, code, ...words] = row.split(' ')
    const fitting = rows.filter(
      ([, one]) =>
        one.status === Number(status) && one.code === code && (words.length === 0 || one.message === words.join(' ')),
    )
    const [found] = fitting
    if (!found || fitting.length > 1) {
      throw new Error(`The page of ${page.id} has ${found ? 'several errors' : 'no error'} ${row}.`)
    }
    isTaken.add(found[1])
    return found[1]
  }
  const named = Object.entries(refusals).map(([name, refusal]) => {
    if (typeof refusal === 'string') return [name, take(refusal)] as const
    if (!('row' in refusal)) {
      const { status, code, message } = refusal
      const [, same] =
        rows.find(([, one]) => one.status === status && one.code === code && one.message === message) ?? []
      if (same) isTaken.add(same)
      return [name, refusal] as const
    }
    const { row, ...better } = refusal
    return [name, { ...take(row), ...better }] as const
  })
  const rest = rows.filter(([, one]) => !isTaken.has(one))
  return { ...Object.fromEntries(named), ...Object.fromEntries(rest) }
}

function notDocumented(address: string): UsageError {
  const calls = catalogueIndex.products.flatMap((product) => product.calls)
  const near = nearestWord(address, calls)
  return new UsageError('MOCK_PRODUCT', {
    en: `${address} is in no official page that the mock knows${near === undefined ? '' : `; did you mean ${near}?`} GET /_mock/operations lists all calls.`,
    zh: `模拟服务所收录的官方文档中没有 ${address}${near === undefined ? '' : `，是否应为 ${near}？`}GET /_mock/operations 可列出所有接口。`,
  })
}
