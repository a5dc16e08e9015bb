/** Parses tables of members: 参数名, 类型, 必填, 描述. */
import type { FieldFacts } from '../../src/catalogue/facts.ts'
import { type Page, plain, type Row, type Table, Unreadable } from './page.ts'
import { unlessEmpty, withoutGaps } from './shape.ts'
import { listedValues } from './values.ts'
import { limitsInWords, type Noted } from './words.ts'

export const listsMembers = (table: Table) => table.columns.join() === '参数名,类型,必填,描述'

/**
 * The members of a table, nested according to their dots.
 *
 * @param noted receives the sentences about limits, which only requests are held to; without it they are not read
 * @throws Unreadable
 */
export function readFields(page: Page, table: Table, noted?: Noted): FieldFacts[] {
  const fields = new Map<string, FieldFacts>()
  const rows = new Map<string, Row>()
  for (const row of table.rows) {
    const path = plain(row.cells[0] ?? '').replace(/\[\]|\s/g, '')
    const parent = parentOf(path)
    if (parent !== '' && !fields.has(parent))
      throw new Unreadable(page.file, row.line, `${path}: ${parent} has no row before it`)
    if (fields.has(path)) continue
    fields.set(path, readField(page, row, path.slice(path.lastIndexOf('.') + 1)))
    rows.set(path, row)
  }
  const inside = (parent: string): FieldFacts[] => {
    const own = [...fields].filter(([path]) => parentOf(path) === parent)
    const siblings = own.map(([, field]) => field)
    return own.map(([path, field]) => {
      const row = rows.get(path)
      const whole = settled(field, inside(path))
      return { ...whole, ...(noted && row && limitsInWords(page, row, whole, siblings, noted)) }
    })
  }
  return inside('')
}

const parentOf = (path: string) => path.split('.').slice(0, -1).join('.')

/** A field with members is an object whatever its declared type; one with values and an unknown type is a text. */
function settled(field: FieldFacts, members: readonly FieldFacts[]): FieldFacts {
  const isText = field.type === 'object' && field.values !== undefined
  const type = members.length > 0 ? 'object' : isText ? 'string' : field.type
  return withoutGaps<FieldFacts>({ ...field, type, members: unlessEmpty(members) })
}

function readField(page: Page, row: Row, name: string): FieldFacts {
  const [typeText = '', required = '', text = ''] = row.cells.slice(1).map(plain)
  const refuse = (problem: string) => new Unreadable(page.file, row.line, `${name}: ${problem}`)
  if (!/^[A-Za-z_][\w-]*$/.test(name)) throw refuse('no name of a member')
  if (!/^(?:true|false)$/.test(required)) throw refuse(`${JSON.stringify(required)} is neither true nor false`)
  const { type, list, min, max } = readType(typeText) ?? {}
  if (type === undefined) throw refuse(`${JSON.stringify(typeText)} is no type`)
  const signs = SIGNS.filter(([, of, sign]) => of === type && sign.test(`${text}\n${name}`))
  return withoutGaps<FieldFacts>({
    name,
    type,
    list,
    title: titleOf(text),
    required: required === 'true' || undefined,
    ...(type === 'string' && { min, max }),
    values: type === 'string' || type === 'object' ? listedValues(row.cells[3] ?? '') : undefined,
    ...Object.fromEntries(signs.map(([sign]) => [sign, true])),
  })
}

const TYPES: readonly (readonly [FieldFacts['type'], RegExp])[] = [
  ['string', /^string$/],
  ['integer', /^u?int(?:eger|\d+)?$/],
  ['number', /^(?:number|double|float)$/],
  ['boolean', /^bool(?:ean)?$/],
  ['object', /^[a-z]\w*$/],
]

/** `string(32)`, `string[1,32]`, `int64`, `array[object]`, `array[GoodsDetail]` … @internal */
export function readType(text: string): Omit<FieldFacts, 'name'> | undefined {
  const array = /^array\s*(?:\[(.*)\])?$/i.exec(text)
  const inner = array === null ? text : (array[1] ?? 'string')
  const parts = /^(\w+)\s*(?:[([（]\s*(\d+)\s*(?:[,，]\s*(\d+)\s*)?[)\]）])?$/.exec(inner)
  const type = TYPES.find(([, names]) => names.test((parts?.[1] ?? '').toLowerCase()))?.[0]
  if (parts === null || type === undefined) return undefined
  const [first, second] = parts.slice(2).map((digits) => Number(digits ?? 0) || undefined)
  const min = second === undefined ? undefined : first
  return withoutGaps<Omit<FieldFacts, 'name'>>({ type, list: array !== null || undefined, min, max: second ?? first })
}

const titleOf = (text: string) => /^【([^】]{1,40}?)[。；：\s]*】/.exec(text)?.[1]?.replace(/\s+/g, ' ').trim()

const ENCRYPTED =
  /(?<!无)需要?(?:使用|进行)?.{0,16}加密(?!算法)|公钥进行加密|加密测试字段|密文字段|已做加密处理|需进行解密|字段解密|^【(?:加密的|加密回显|商户证书加密)/

/** Markers in the description or the name of a member. */
const SIGNS: readonly (readonly ['encrypted' | 'time' | 'fen' | 'media', of: FieldFacts['type'], RegExp])[] = [
  ['encrypted', 'string', ENCRYPTED],
  ['time', 'string', /rfc ?3339|ISO ?8601|yyyy-MM-DDT?HH:mm:ss\+?TIMEZONE/i],
  ['fen', 'integer', /单[位元](?:为|是|[:：，])*\s*[“"'「【]?\s*(?:人民币)?分(?!钟)|以分为单位|[（(]分[）)]|最小单位/],
  ['media', 'string', /media_?id/i],
]
