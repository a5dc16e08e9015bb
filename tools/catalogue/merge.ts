/** Makes one entry of all pages that describe the same call or callback. */
import type { Audience, CallFacts, EventFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import type { CallPage, Source } from './read-call.ts'
import type { EventPage } from './read-event.ts'
import { paramsIn, routeOf, unique, unlessEmpty, withoutGaps } from './shape.ts'

/** Told where pages say different things, and what they say. */
export type Differ = (where: string, what: string) => void

interface Variant {
  readonly audience: Audience
  readonly fields: readonly FieldFacts[]
}

/** @returns the calls, in the order of their first pages */
export function mergeCalls(pages: readonly CallPage[], differ: Differ): CallFacts[] {
  return [...Map.groupBy(pages, routeOf)].map(([route, same]) => {
    const agreed = agreement(same, route, differ)
    const members = (part: 'params' | 'query' | 'body' | 'answer') =>
      unlessEmpty(
        mergeFields(
          same.map((page) => ({ audience: page.audience, fields: page[part] ?? [] })),
          `${route} ${part}`,
          differ,
        ),
      )
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
      errors: unique(same.flatMap(({ errors }) => errors)),
    })
  })
}

/** @returns the callbacks of one product, in the order of their first pages */
export function mergeEvents(pages: readonly EventPage[], calls: readonly CallPage[], differ: Differ): EventFacts[] {
  return [...Map.groupBy(pages, ({ type }) => type)].map(([type, same]) => {
    const agreed = agreement(same, type, differ)
    const variants = same.flatMap(({ audience, resource, likeAnswers }): Variant[] => [
      ...(likeAnswers.length === 0 ? [{ audience, fields: resource }] : []),
      ...calls.filter(({ id }) => likeAnswers.includes(id)).map(({ answer = [] }) => ({ audience, fields: answer })),
    ])
    return withoutGaps<EventFacts>({
      type,
      title: same[0]?.title ?? '',
      ...pagesOf(same),
      summary: agreed('summary'),
      originalType: agreed('originalType'),
      associatedData: agreed('associatedData'),
      schedule: agreed('schedule'),
      resource: mergeFields(variants, type, differ),
    })
  })
}

const pagesOf = (same: readonly Source[]) => ({ pages: unique(same.map(({ id }) => id)), for: onlyAudience(same) })

const onlyAudience = (same: readonly { readonly audience: Audience }[]): Audience | undefined => {
  const audiences = new Set(same.map(({ audience }) => audience))
  return audiences.size === 1 ? same[0]?.audience : undefined
}

/** What the first page says that says anything. */
const agreement =
  <Page extends object>(same: readonly Page[], where: string, differ: Differ) =>
  <Key extends keyof Page>(key: Key): Page[Key] | undefined => {
    const said = unique(same.map((page) => page[key]).filter((value) => value !== undefined))
    if (said.length > 1) differ(where, `${String(key)}: ${said.map((value) => JSON.stringify(value)).join(' or ')}`)
    return said[0]
  }

/** Members in the order of the first page that has them, each after the one that it follows there. */
function mergeFields(variants: readonly Variant[], where: string, differ: Differ): FieldFacts[] {
  const names: string[] = []
  for (const { fields } of variants) {
    let at = 0
    for (const { name } of fields) {
      const known = names.indexOf(name)
      if (known < 0) names.splice(at, 0, name)
      at = (known < 0 ? at : known) + 1
    }
  }
  return names.map((name) => mergeField(name, variants, `${where}/${name}`, differ))
}

function mergeField(name: string, variants: readonly Variant[], where: string, differ: Differ): FieldFacts {
  const having = variants.flatMap(({ audience, fields }) =>
    fields.filter((field) => field.name === name).map((field) => ({ audience, field })),
  )
  const fields = having.map(({ field }) => field)
  const types = fields.map(({ type, list }) => ({
    type: withoutGaps<Pick<FieldFacts, 'type' | 'list'>>({ type, list }),
  }))
  const { type, list } = agreement(types, where, differ)('type') ?? { type: 'string' as const }
  const lengths = unique(fields.flatMap(({ max }) => max ?? []))
  if (lengths.length > 1) differ(where, `length: ${lengths.join(' or ')}`)
  const minima = fields.flatMap(({ min }) => min ?? [])
  const any = (key: 'encrypted' | 'time' | 'fen' | 'media') => fields.some((field) => field[key] === true) || undefined
  return withoutGaps<FieldFacts>({
    name,
    type,
    list,
    title: mostFrequent(fields.flatMap(({ title }) => title ?? [])),
    required: requiredOf(having, variants),
    for: onlyAudience(variants) === undefined ? onlyAudience(having) : undefined,
    min: minima.length === fields.length ? Math.min(...minima) : undefined,
    max: lengths.length > 0 ? Math.max(...lengths) : undefined,
    values: unlessEmpty(unique(fields.flatMap(({ values = [] }) => values))),
    encrypted: any('encrypted'),
    time: any('time'),
    fen: any('fen'),
    media: any('media'),
    // An object that has no members on a page is one that the page does not describe.
    members: unlessEmpty(
      mergeFields(
        having.flatMap(({ audience, field: { members } }) =>
          members === undefined ? [] : [{ audience, fields: members }],
        ),
        where,
        differ,
      ),
    ),
  })
}

/** Required of an audience is what all its pages require: where one lacks the member, calls without it are right. */
function requiredOf(
  having: readonly { readonly audience: Audience; readonly field: FieldFacts }[],
  variants: readonly Variant[],
): true | Audience | undefined {
  const audiences = unique(having.map(({ audience }) => audience))
  const requiring = audiences.filter((audience) => {
    const requires = having.filter((one) => one.audience === audience && one.field.required === true)
    return requires.length === variants.filter((one) => one.audience === audience).length
  })
  return requiring.length === audiences.length || requiring[0]
}

/** The first of those that come most often. */
function mostFrequent(texts: readonly string[]): string | undefined {
  const counted = [...Map.groupBy(texts, (text) => text)].map(([text, same]) => ({ text, count: same.length }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.text
}
