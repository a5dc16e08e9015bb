/** Reads tables of members: 参数名, 类型, 必填, 描述. */
import type { FieldFacts } from '../../src/catalogue/facts.ts'
import { type Page, plain, type Row, type Table, Unreadable } from './page.ts'
import { unlessEmpty, withoutGaps } from './shape.ts'
import { listedValues } from './values.ts'

export const listsMembers = (table: Table) => table.columns.join() === '参数名,类型,必填,描述'

/** A member whose own members are still rows after it. */
interface Draft {
  readonly field: FieldFacts
  readonly members: Draft[]
}

/**
 * The members of a table, nested as their dots say.
 *
 * @throws Unreadable
 */
export function readFields(page: Page, table: Table): FieldFacts[] {
  const top: Draft[] = []
  const byPath = new Map<string, Draft>()
  for (const row of table.rows) {
    const path = plain(row.cells[0] ?? '').replace(/\[\]|\s/g, '')
    const parent = path.split('.').slice(0, -1).join('.')
    const siblings = parent === '' ? top : byPath.get(parent)?.members
    if (siblings === undefined) throw new Unreadable(page.file, row.line, `${path}: ${parent} has no row before it`)
    if (byPath.has(path)) continue
    const draft = { field: readField(page, row, path.slice(parent === '' ? 0 : parent.length + 1)), members: [] }
    siblings.push(draft)
    byPath.set(path, draft)
  }
  return top.map(settled)
}

/** What has members is an object, whatever its type is called; what has values and a type of another name is a text. */
const settled = ({ field, members }: Draft): FieldFacts => {
  const type =
    members.length > 0 ? 'object' : field.type === 'object' && field.values !== undefined ? 'string' : field.type
  return withoutGaps<FieldFacts>({ ...field, type, members: unlessEmpty(members.map(settled)) })
}

function readField(page: Page, row: Row, name: string): FieldFacts {
  const [type = '', required = '', text = ''] = row.cells.slice(1).map(plain)
  const refuse = (problem: string) => new Unreadable(page.file, row.line, `${name}: ${problem}`)
  if (!/^[A-Za-z_][\w-]*$/.test(name)) throw refuse('no name of a member')
  if (!/^(?:true|false)$/.test(required)) throw refuse(`${JSON.stringify(required)} is neither true nor false`)
  const kind = readType(type)
  if (kind === undefined) throw refuse(`${JSON.stringify(type)} is no type`)
  const isText = kind.type === 'string'
  const listing = isText || kind.type === 'integer' || kind.type === 'object'
  return withoutGaps<FieldFacts>({
    name,
    type: kind.type,
    list: kind.list,
    title: titleOf(text),
    required: required === 'true' || undefined,
    min: isText ? kind.min : undefined,
    max: isText ? kind.max : undefined,
    values: listing ? listedValues(row.cells[3] ?? '', kind.type === 'integer') : undefined,
    encrypted: (isText && isEncrypted(text)) || undefined,
    time: (isText && /rfc ?3339|ISO ?8601|yyyy-MM-DDT?HH:mm:ss\+?TIMEZONE/i.test(text)) || undefined,
    fen: (kind.type === 'integer' && isFen(text)) || undefined,
    media: (isText && (/media_?id/i.test(name) || /media_?id/i.test(text))) || undefined,
  })
}

const TYPES: readonly (readonly [FieldFacts['type'], RegExp])[] = [
  ['string', /^string$/],
  ['integer', /^u?int(?:eger|\d+)?$/],
  ['number', /^(?:number|double|float)$/],
  ['boolean', /^bool(?:ean)?$/],
  ['object', /^[a-z]\w*$/],
]

/** `string(32)`, `string[1,32]`, `int64`, `array[object]`, `array[GoodsDetail]` … */
export function readType(text: string): Pick<FieldFacts, 'type' | 'list' | 'min' | 'max'> | undefined {
  const array = /^array\s*(?:\[(.*)\])?$/i.exec(text)
  const inner = array === null ? text : (array[1] ?? 'string')
  const parts = /^(\w+)\s*(?:[([（]\s*(\d+)\s*(?:[,，]\s*(\d+)\s*)?[)\]）])?$/.exec(inner)
  const type = TYPES.find(([, names]) => names.test((parts?.[1] ?? '').toLowerCase()))?.[0]
  if (parts === null || type === undefined) return undefined
  const [first, second] = parts.slice(2).map((digits) => Number(digits ?? 0) || undefined)
  return withoutGaps<FieldFacts>({
    name: '',
    type,
    list: array !== null || undefined,
    min: second === undefined ? undefined : first,
    max: second ?? first,
  })
}

const titleOf = (text: string) => /^【([^】]{1,40}?)[。；：\s]*】/.exec(text)?.[1]?.replace(/\s+/g, ' ').trim()

const isEncrypted = (text: string) =>
  /(?<!无)需要?(?:使用|进行)?.{0,16}加密(?!算法)|公钥进行加密|加密测试字段|密文字段|已做加密处理|需进行解密|字段解密|^【(?:加密的|加密回显|商户证书加密)/.test(
    text,
  )

const isFen = (text: string) =>
  /单[位元](?:为|是|[:：，])*\s*[“"'「【]?\s*(?:人民币)?分(?!钟)|以分为单位|[（(]分[）)]|最小单位/.test(text)
