/** Reads a page that describes a callback: its envelope, how it is repeated, and what is sealed in it. */
import type { EventFacts } from '../../src/catalogue/facts.ts'
import { listsMembers, readFields } from './field.ts'
import { type Page, plain, Unreadable } from './page.ts'
import { eventTypeMisprints } from './products.ts'
import type { Source } from './read-call.ts'
import { scheduleOf } from './schedule.ts'
import { withoutGaps } from './shape.ts'

/** A callback as one page describes it. */
export interface EventPage extends Source, Omit<EventFacts, 'pages' | 'for'> {
  /** Pages of calls whose answers the resource is like, where the page says only that. */
  readonly likeAnswers: readonly string[]
}

/**
 * The callbacks of the page, one for each `event_type`; none if it describes no callback.
 *
 * @throws Unreadable
 */
export function readEvents(page: Page, source: Source): EventPage[] {
  const tables = page.tables.filter(listsMembers)
  const rows = new Map<string, string>()
  const envelope = tables.find((table) => table.rows.some(({ cells }) => cells[0] === 'event_type'))
  if (envelope === undefined) return []
  for (const { cells } of envelope.rows)
    rows.set(plain(cells[0] ?? ''), plain((cells[3] ?? '').replaceAll('<br>', '\n')))
  const text = page.lines.join('\n')
  const read = (member: string) => new RegExp(`"${member}" ?: ?"([^"]+)"`).exec(text)?.[1]
  const known = eventTypeMisprints[source.id]
  const sampled = read('event_type')
  // A sample of another callback says nothing of this one.
  const sample = (member: string) => (known === undefined || known === sampled ? read(member) : undefined)
  const typeText = rows.get('event_type') ?? ''
  const listed = [...new Set(typeText.match(/\b[A-Z][A-Z_]*(?:\.[A-Z_]+)+/g))]
  const types =
    known !== undefined ? [known] : listed.length > 0 ? listed : [sampled].filter((type) => type !== undefined)
  if (types.length === 0) throw new Unreadable(page.file, envelope.line, 'no event_type')

  const start = page.lines.findIndex((line) => line.startsWith('resource中ciphertext解密后字段')) + 1
  const sealed = start === 0 ? [] : tables.filter(({ line }) => line > start)
  const links = page.lines
    .slice(start)
    .join('\n')
    .matchAll(/\/doc\/v3\/(\w)\w+\/(\d+)\.md/g)
  const likeAnswers = sealed.length > 0 || start === 0 ? [] : [...links].map(([, audience, id]) => `${audience}${id}`)
  if (sealed.length + likeAnswers.length === 0)
    throw new Unreadable(page.file, envelope.line, 'no table of what is sealed')
  return types.map((type) => {
    const label = types.length > 1 ? labelOf(typeText, type) : undefined
    return withoutGaps<EventPage>({
      ...source,
      type,
      title: label ?? source.title,
      summary: type === sampled || types.length === 1 ? sample('summary') : label?.replace(/通知$/, ''),
      originalType:
        /(?:为|[:：])\s*([a-z][a-z_]+)/.exec(rows.get('resource.original_type') ?? '')?.[1] ?? sample('original_type'),
      associatedData: sample('associated_data'),
      schedule: scheduleOf(page.lines),
      resource: sealed.flatMap((table) => readFields(page, table)),
      likeAnswers,
    })
  })
}

/** `TYPE：its meaning`, or `its meaning的类型为TYPE`. */
function labelOf(description: string, type: string): string | undefined {
  const [before = '', after = ''] = description.split(type)
  return /^：([\u4e00-\u9fff]{2,20})/.exec(after)?.[1] ?? /([\u4e00-\u9fff]{2,24}?)的?类型(?:为|：)$/.exec(before)?.[1]
}
