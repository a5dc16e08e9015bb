import type { FormerlyDocumented, OperationDescription, ParsedInput } from '../engine/operation.ts'
import { isJsonObject } from '../wire/protocol/json-object.ts'
import type { Texts } from '../wire/shared/texts.ts'
import { type CallFacts, type FieldFacts, readJson } from './facts.ts'

/**
 * An entry of `src/catalogue/formerly-documented.json`, written by hand: what unmodified SDKs send since older pages, or pages for a few merchants, had
 * it (reported). Whether the live service still takes it is unknown. Each has one of `is`, `values` and `leftOut`.
 * @internal
 */
export interface FormerMember {
  /** `METHOD path` of each call. */
  readonly calls: readonly string[]
  /** Places in each of them, such as `body/detail/seq`. */
  readonly at: readonly string[]
  /** A member that today's page lacks. */
  readonly is?: Omit<FieldFacts, 'name'>
  /** Values that today's page does not list. */
  readonly values?: readonly string[]
  /** The listed value that they count as. Default: the member counts as left out. */
  readonly countsAs?: string
  /** Today's page requires the member, and these SDKs leave it out. */
  readonly leftOut?: true
  /** The SDKs that do so. */
  readonly sentBy: readonly string[]
}

let all: readonly FormerMember[] | undefined

/** All entries of the list, read on first use. @internal */
export function formerMembers(): readonly FormerMember[] {
  all ??= readJson('src/catalogue/formerly-documented.json') as readonly FormerMember[]
  return all
}

/**
 * Differences between older pages of a call and today's; `undefined` if none are known.
 *
 * @param facts of the call, as its rules correct them
 * @param inputOf makes the schemas of a request
 */
export function formerlyDocumented(
  facts: CallFacts,
  inputOf: (facts: CallFacts) => OperationDescription['input'],
): FormerlyDocumented | undefined {
  const address = `${facts.method} ${facts.path}`
  const members = formerMembers().flatMap(({ calls, at, ...member }) =>
    calls.includes(address) ? at.map((place) => ({ ...member, place })) : [],
  )
  if (members.length === 0) return undefined
  return {
    input: inputOf(members.reduce(withMember, facts)),
    withoutThem(given) {
      const parts: { -readonly [Part in keyof ParsedInput]: ParsedInput[Part] } = { ...given }
      const remarks: Texts[] = []
      for (const member of members) {
        const { part, names } = placed(member)
        const { rest, found } = withoutMember(parts[part], names, member)
        parts[part] = rest
        if (found !== undefined) remarks.push(remarkOn(member, found))
      }
      return { input: parts, remarks }
    },
  }
}

type PlacedMember = Omit<FormerMember, 'calls' | 'at'> & { readonly place: string }

function placed({ place }: PlacedMember): { readonly part: 'query' | 'body'; readonly names: readonly string[] } {
  const [part, ...names] = place.split('/')
  return { part: part === 'query' ? part : 'body', names }
}

function withMember(facts: CallFacts, member: PlacedMember): CallFacts {
  const { part, names } = placed(member)
  return { ...facts, [part]: withField(facts[part] ?? [], names, member) }
}

function withField(
  fields: readonly FieldFacts[],
  [name = '', ...inner]: readonly string[],
  member: PlacedMember,
): readonly FieldFacts[] {
  const { is, values = [], leftOut } = member
  if (is && inner.length === 0) return [...fields, { ...is, name }]
  return fields.map((field) => {
    if (field.name !== name) return field
    if (inner.length > 0) return { ...field, members: withField(field.members ?? [], inner, member) }
    const { required, ...facts } = field
    return leftOut ? facts : { ...field, values: [...(field.values ?? []), ...values] }
  })
}

/** A value without a former member, and the former value that it had, if any; the name of a member that is left out. */
function withoutMember(
  value: unknown,
  names: readonly string[],
  member: PlacedMember,
): { readonly rest: unknown; readonly found?: string } {
  if (Array.isArray(value)) {
    const parts = value.map((one: unknown) => withoutMember(one, names, member))
    const found = parts.find((part) => part.found !== undefined)?.found
    return { rest: parts.map(({ rest }) => rest), ...(found !== undefined && { found }) }
  }
  const [name = '', ...inner] = names
  if (!isJsonObject(value)) return { rest: value }
  if (!Object.hasOwn(value, name)) return { rest: value, ...(member.leftOut && { found: name }) }
  const { [name]: own, ...others } = value
  if (inner.length > 0) {
    const { rest, ...found } = withoutMember(own, inner, member)
    return { rest: { ...value, [name]: rest }, ...found }
  }
  if (member.is) return { rest: others, found: name }
  const said = typeof own === 'boolean' ? String(own) : own
  if (typeof said !== 'string' || !member.values?.includes(said)) return { rest: value }
  return { rest: { ...others, ...(member.countsAs !== undefined && { [name]: member.countsAs }) }, found: said }
}

function remarkOn({ place, is, leftOut, countsAs, sentBy }: PlacedMember, found: string): Texts {
  const sdks = { en: new Intl.ListFormat('en').format(sentBy), zh: sentBy.join('、') }
  const said = is
    ? {
        en: `today's page does not have this member, which ${sdks.en} can send. It was accepted, and has no effect`,
        zh: `现行文档没有此字段，${sdks.zh} 会发送。已接受，但不起作用`,
      }
    : leftOut
      ? {
          en: `today's page requires this member, which ${sdks.en} leave out for direct merchants. The call was accepted without it`,
          zh: `现行文档要求此字段，${sdks.zh} 为直连商户调用时不传。已按缺省接受`,
        }
      : {
          en: `today's page does not list ${found}, which ${sdks.en} can send. It was accepted as ${countsAs ?? 'if left out'}`,
          zh: `现行文档所列取值没有 ${found}，${sdks.zh} 会发送。已接受，按${countsAs === undefined ? '未传' : ` ${countsAs} `}处理`,
        }
  return {
    en: `/${place}: ${said.en}; with --formerly-documented refuse it is refused.`,
    zh: `/${place}：${said.zh}；用 --formerly-documented refuse 可改为拒绝。`,
  }
}
