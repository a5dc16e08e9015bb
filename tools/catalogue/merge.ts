/** Merges all pages that describe the same call or callback into one entry. */
import type { Audience, CallFacts, EventFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import type { Differ } from './page.ts'
import type { CallPage, Source } from './read-call.ts'
import type { EventPage } from './read-event.ts'
import { paramsIn, routeOf, unique, unlessEmpty, withoutGaps } from './shape.ts'
import { eitherPattern, type Limits } from './words.ts'

interface Variant {
  readonly audience: Audience
  readonly fields: readonly FieldFacts[]
}

/** @returns the calls, in the order of their first pages */
export function mergeCalls(pages: readonly CallPage[], differ: Differ): CallFacts[] {
  return [...Map.groupBy(pages, routeOf)].map(([route, same]) => {
    const agreed = agreement(same, route, differ)
    const members = (part: 'params' | 'query' | 'body' | 'answer') => {
      const variants = same.map((page) => ({ audience: page.audience, fields: page[part] ?? [] }))
      return mergeFields(variants, `${route} ${part}`, differ)
    }
    const path = agreed('path') ?? ''
    return withoutGaps<CallFacts>({
      method: agreed('method') ?? 'GET',
      path,
      title: mostFrequent(same.map(({ title }) => title)) ?? '',
      ...pagesOf(same),
      rate: agreed('rate'),
      file: agreed('file'),
      params: unlessEmpty(paramsIn(path, members('params') ?? [])),
      query: members('query'),
      body: members('body'),
      status: agreed('status') ?? 200,
      answer: members('answer'),
      answerType: agreed('answerType'),
      unsigned: agreed('unsigned'),
      errors: unique(same.flatMap(({ errors }) => errors)),
    })
  })
}

/** @returns the callbacks of one product, in the order of their first pages */
export function mergeEvents(pages: readonly EventPage[], calls: readonly CallPage[], differ: Differ): EventFacts[] {
  return [...Map.groupBy(pages, ({ type }) => type)].map(([type, same]) => {
    const agreed = agreement(same, type, differ)
    const variants = same.flatMap(({ audience, resource, likeAnswers }): Variant[] => {
      const answers = calls.filter(({ id }) => likeAnswers.includes(id)).map(({ answer = [] }) => answer)
      return [...(likeAnswers.length === 0 ? [resource] : []), ...answers].map((fields) => ({ audience, fields }))
    })
    return withoutGaps<EventFacts>({
      type,
      title: same[0]?.title ?? '',
      ...pagesOf(same),
      summary: agreed('summary'),
      originalType: agreed('originalType'),
      associatedData: agreed('associatedData'),
      schedule: agreed('schedule'),
      replySeconds: agreed('replySeconds'),
      resource: mergeFields(variants, type, differ) ?? [],
    })
  })
}

const pagesOf = (same: readonly Source[]) => ({ pages: unique(same.map(({ id }) => id)), for: onlyAudience(same) })

const onlyAudience = (same: readonly Pick<Variant, 'audience'>[]): Audience | undefined => {
  const [first, ...others] = unique(same.map(({ audience }) => audience))
  return others.length === 0 ? first : undefined
}

/** The value of the first page that has one. */
const agreement =
  <Page extends object>(same: readonly Page[], where: string, differ: Differ) =>
  <Key extends keyof Page>(key: Key): Page[Key] | undefined => {
    const said = unique(same.map((page) => page[key]).filter((value) => value !== undefined))
    if (said.length > 1) differ(where, `${String(key)}: ${said.map((value) => JSON.stringify(value)).join(' or ')}`)
    return said[0]
  }

/** Members in the order of the first page that has them, each after its predecessor there. */
function mergeFields(variants: readonly Variant[], where: string, differ: Differ): readonly FieldFacts[] | undefined {
  const names: string[] = []
  for (const { fields } of variants) {
    let at = 0
    for (const { name } of fields) {
      if (!names.includes(name)) names.splice(at, 0, name)
      at = names.indexOf(name) + 1
    }
  }
  return unlessEmpty(names.map((name) => mergeField(name, variants, `${where}/${name}`, differ)))
}

const SIGNS = ['encrypted', 'time', 'fen', 'media'] as const

function mergeField(name: string, variants: readonly Variant[], where: string, differ: Differ): FieldFacts {
  const having = variants.flatMap(({ audience, fields }) =>
    fields.filter((field) => field.name === name).map((field) => ({ audience, ...field })),
  )
  const types = having.map(({ type, list }) => ({ type: { type, list } }))
  const { type = 'string', list } = agreement(types, where, differ)('type') ?? {}
  const audiences = unique(having.map(({ audience }) => audience))
  // Required for an audience if all its pages require it: if one lacks the member, calls without it are valid.
  const requires = ({ fields }: Variant) => fields.some((field) => field.name === name && field.required === true)
  const requiring = audiences.filter((one) => variants.every((page) => page.audience !== one || requires(page)))
  const only = onlyAudience(variants) === undefined ? onlyAudience(having) : undefined
  const longest = agreement(having, where, differ)('max')
  // A page that lists no members for an object does not describe it.
  const inside = having.flatMap(({ audience, members }) => (members ? [{ audience, fields: members }] : []))
  return withoutGaps<FieldFacts>({
    name,
    type,
    list,
    title: mostFrequent(having.flatMap(({ title }) => title ?? [])),
    required: (only === undefined && requiring.length === audiences.length) || requiring[0],
    for: only,
    min: having.every(({ min }) => min !== undefined) ? Math.min(...having.flatMap(({ min }) => min ?? [])) : undefined,
    max: longest && Math.max(...having.flatMap(({ max }) => max ?? [])),
    example: having.find(({ example }) => example !== undefined)?.example,
    ...limitsOf(having, having.length === variants.length),
    values: unlessEmpty(unique(having.flatMap(({ values = [] }) => values))),
    ...Object.fromEntries(SIGNS.filter((sign) => having.some((field) => field[sign])).map((sign) => [sign, true])),
    members: mergeFields(inside, where, differ),
  })
}

/** Limits in words, as loose as the loosest page that states one; how members depend on each other only if all pages agree. */
function limitsOf(having: readonly FieldFacts[], isOnAll: boolean): Limits {
  const entries = having.flatMap((field) => (field.entries ? [field.entries] : []))
  const patterns = unique(having.flatMap(({ pattern }) => pattern ?? []))
  const isIn = (key: 'orElse' | 'notWith') =>
    isOnAll && having.every((field) => field[key]) ? having[0]?.[key] : undefined
  return withoutGaps<Limits>({
    entries: entries.length === 0 ? undefined : loosest(entries),
    pattern: patterns.length === 0 ? undefined : eitherPattern(patterns),
    https: having.some(({ https }) => https) || undefined,
    orElse: isIn('orElse'),
    notWith: isIn('notWith'),
  })
}

function loosest(entries: readonly NonNullable<Limits['entries']>[]): NonNullable<Limits['entries']> {
  const least = Math.min(...entries.map(([one]) => one))
  const most = Math.max(...entries.map(([, one = Infinity]) => one))
  return most === Infinity ? [least] : [least, most]
}

/** The first of the most frequent texts. */
function mostFrequent(texts: readonly string[]): string | undefined {
  const same = [...Map.groupBy(texts, (text) => text).values()]
  return same.toSorted((a, b) => b.length - a.length)[0]?.[0]
}
