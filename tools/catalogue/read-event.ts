/** Parses a page that describes a callback: its envelope, its repeats, and its sealed content. */
import type { EventFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { samplesIn, withExamples } from './examples.ts'
import { listsMembers, readFields } from './field.ts'
import { type Page, plain, Unreadable } from './page.ts'
import { eventTypeMisprints } from './products.ts'
import type { Source } from './read-call.ts'
import { replySecondsOf, scheduleOf } from './schedule.ts'
import { unlessEmpty, withoutGaps } from './shape.ts'

/** A callback as one page describes it. */
export interface EventPage extends Source, Omit<EventFacts, 'pages' | 'for'> {
  /** Pages of calls whose answers have the same content as the resource, if the page only refers to them. */
  readonly likeAnswers: readonly string[]
}

/** The callbacks of the page, one for each `event_type`; empty if it does not describe any. @throws Unreadable */
export function readEvents(page: Page, source: Source): EventPage[] {
  const tables = page.tables.filter(listsMembers)
  const envelope = tables.find(({ rows }) => rows.some(({ cells }) => cells[0] === 'event_type'))
  const sealed = sealedIn(page)
  if (envelope === undefined && sealed?.isSample !== true) return []
  const rows = new Map(
    envelope?.rows.map(({ cells: [name = '', , , text = ''] }) => [plain(name), plain(text.replaceAll('<br>', '\n'))]),
  )
  const text = page.lines.join('\n')
  const read = (member: string) => new RegExp(`"${member}" ?: ?"([^"]+)"`).exec(text)?.[1]
  const known = eventTypeMisprints[source.id]
  const sampled = read('event_type')
  // A sample of another callback does not apply to this one.
  const sample = (member: string) => (known === undefined || known === sampled ? read(member) : undefined)
  const typeText = rows.get('event_type') ?? ''
  const listed = [...new Set(typeText.match(/\b[A-Z][A-Z_]*(?:\.[A-Z_]+)+/g))]
  const types = known ? [known] : listed.length > 0 ? listed : [sampled].filter((type) => type !== undefined)
  if (types.length === 0) throw new Unreadable(page.file, envelope?.line ?? 1, 'no event_type')
  if (sealed === undefined) throw new Unreadable(page.file, envelope?.line ?? 1, 'no table of what is sealed')
  return types.map((type) => {
    const label = types.length > 1 ? labelOf(typeText, type) : undefined
    const ofSample = type === sampled || types.length === 1 ? sample('summary') : undefined
    return withoutGaps<EventPage>({
      ...source,
      type,
      title: label ?? (envelope === undefined ? sample('summary') : undefined) ?? source.title,
      summary: ofSample ?? label?.replace(/通知$/, ''),
      originalType:
        /(?:为|[:：])\s*([a-z][a-z_]+)/.exec(rows.get('resource.original_type') ?? '')?.[1] ?? sample('original_type'),
      associatedData: sample('associated_data'),
      schedule: scheduleOf(page.lines),
      replySeconds: replySecondsOf(page.lines),
      resource: sealed.fields,
      likeAnswers: sealed.likeAnswers,
    })
  })
}

/** The resource of a page: in tables, by links to the pages of calls with the same answer, or only in a sample. */
function sealedIn(page: Page) {
  const start = page.lines.findIndex((line) => /^(?:resource中ciphertext解密后字段|解密后的消息内容)/.test(line)) + 1
  if (start === 0) return undefined
  const rest = page.lines.slice(start).join('\n')
  const tables = page.tables.filter((table) => listsMembers(table) && table.line > start)
  const sample = /^\s*```\n([^`]*)```/.exec(rest)?.[1]
  const links = [...rest.matchAll(/\/doc\/v3\/(\w)\w+\/(\d+)\.md/g)].map(([, audience, id]) => `${audience}${id}`)
  const exemplified = (fields: readonly FieldFacts[]) => withExamples(fields, samplesIn(page.lines, start))
  if (tables.length > 0)
    return { fields: exemplified(tables.flatMap((table) => readFields(page, table))), likeAnswers: [] }
  if (sample !== undefined)
    return { fields: exemplified(sampledFields(JSON.parse(sample))), likeAnswers: [], isSample: true }
  return links.length > 0 ? { fields: [], likeAnswers: links } : undefined
}

const sampledFields = (sample: object): FieldFacts[] =>
  Object.entries(sample).map(([name, value]: [string, unknown]) => {
    const members = typeof value === 'object' && value !== null ? sampledFields(value) : []
    const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
    const type = members.length > 0 ? 'object' : 'string'
    return withoutGaps<FieldFacts>({ name, type, time: time || undefined, members: unlessEmpty(members) })
  })

/** `TYPE：its meaning`, or `its meaning的类型为TYPE`. */
function labelOf(description: string, type: string): string | undefined {
  const [before = '', after = ''] = description.split(type)
  return /^：([\u4e00-\u9fff]{2,20})/.exec(after)?.[1] ?? /([\u4e00-\u9fff]{2,24}?)的?类型(?:为|：)$/.exec(before)?.[1]
}
