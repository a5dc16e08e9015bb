import { createHash } from 'node:crypto'
import type { Random } from '../../../fixtures/random.ts'

/**
 * A request on its way into a message, part by part, so that one part can contain a mistake. Shares no code with `src/wire/diagnosis`, so that it defines
 * independently what each cause means.
 */
export interface Draft {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  /** Value of a JSON body; omitted without a body. */
  readonly value?: Json
  readonly style: BodyStyle
  /** Final transformations of the body's bytes. */
  readonly wrap: readonly ((body: Buffer) => Buffer)[]
  readonly lines: readonly ('method' | 'url' | 'timestamp' | 'nonce' | 'body')[]
  readonly separator: string
  readonly before: string
  /** Defaults to the separator. */
  readonly after?: string
  /** Final transformation of the whole message. */
  readonly whole: (message: Buffer) => Buffer
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export interface BodyStyle {
  readonly layout: Layout
  readonly unicode?: 'lower' | 'upper' | undefined
  readonly slashes?: boolean
  readonly html?: 'go' | 'gson' | undefined
  /** Transformation of tokens that are numbers or texts. */
  readonly token?: (token: string) => string
}

const LAYOUTS = {
  compact: { colon: ':', comma: ',' },
  '", " and ": "': { colon: ': ', comma: ', ' },
  '": "': { colon: ': ', comma: ',' },
  '", "': { colon: ':', comma: ', ' },
  '2 spaces': { colon: ': ', comma: ',', indent: '  ', end: '\n' },
  '4 spaces': { colon: ': ', comma: ',', indent: '    ', end: '\n' },
  tabs: { colon: ': ', comma: ',', indent: '\t', end: '\n' },
  '2 spaces, CRLF': { colon: ': ', comma: ',', indent: '  ', end: '\r\n' },
  'tabs, no space': { colon: ':', comma: ',', indent: '\t', end: '\n' },
  Jackson: { colon: ' : ', comma: ', ', indent: '  ', end: '\n', jackson: true },
} as const satisfies Record<string, object>
export type Layout = keyof typeof LAYOUTS

export function bodyText({ value, style }: Draft): string {
  return value === undefined ? '' : print(value, style, 0)
}

export function bodyOf(draft: Draft): Buffer {
  return draft.wrap.reduce<Buffer>((body, wrap) => wrap(body), Buffer.from(bodyText(draft)))
}

/** An independent printer; it prints values, while the tested one rewrites text. */
function print(value: Json, style: BodyStyle, depth: number): string {
  const layout: { colon: string; comma: string; indent?: string; end?: string; jackson?: true } = LAYOUTS[style.layout]
  if (value === null || typeof value !== 'object') {
    const token = style.token ?? ((text: string) => text)
    return typeof value === 'string' ? token(printText(value, style)) : token(JSON.stringify(value))
  }
  const list = Array.isArray(value)
  const parts = list
    ? value.map((item) => print(item, style, depth + (layout.jackson ? 0 : 1)))
    : Object.entries(value).map(([name, item]) => printText(name, style) + layout.colon + print(item, style, depth + 1))
  const [open, close] = list ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return layout.jackson ? `${open} ${close}` : open + close
  if (layout.indent === undefined) return open + parts.join(layout.comma) + close
  if (list && layout.jackson) return `[ ${parts.join(', ')} ]`
  const inner = layout.end + layout.indent.repeat(depth + 1)
  return open + inner + parts.join(`,${inner}`) + layout.end + layout.indent.repeat(depth) + close
}

function printText(text: string, { unicode, slashes, html }: BodyStyle): string {
  let written = JSON.stringify(text)
  if (slashes) written = written.split('/').join('\\/')
  const unsafe = { go: '<>&\u2028\u2029', gson: "<>&='\u2028\u2029", none: '' }[html ?? 'none']
  written = [...written]
    .map((character) => (unsafe.includes(character) ? unicodeEscape(character) : character))
    .join('')
  if (!unicode) return written
  return written
    .split('')
    .map((unit) => (unit > '\u007f' ? unicodeEscape(unit, unicode === 'upper') : unit))
    .join('')
}

function unicodeEscape(unit: string, upper = false): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, '0')
  return `\\u${upper ? digits.toUpperCase() : digits}`
}

export function messageOf(draft: Draft): Buffer {
  const { separator, before, after = separator } = draft
  const parts: Buffer[] = [Buffer.from(before)]
  for (const [index, line] of draft.lines.entries()) {
    if (index > 0) parts.push(Buffer.from(separator))
    parts.push(line === 'body' ? bodyOf(draft) : Buffer.from(draft[line]))
  }
  return draft.whole(Buffer.concat([...parts, Buffer.from(after)]))
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

const WORDS = [
  ...['八月免费券', '满100减10元', 'https://shop.example/券?id=1&x=2', 'plain', '<b>热卖</b>', "O'Neil = x"],
  ...['', 'a/b', '12', '€ 5', '中文"引号"'],
] as const
const NAMES = [
  ...['stock_name', 'coupon_code', 'out_request_no', 'appid', 'openid', 'comment', 'Goods', 'url', '备注'],
  ...['b', 'a', 'z_1', 'max', 'list', 'info'],
] as const
const PATHS = [
  '/v3/marketing/busifavor/coupons/associate',
  '/v3/marketing/busifavor/stocks',
  '/v3/marketing/busifavor/users/oTest-Openid_01/coupons/%E5%88%B8%2B1/appids/wx0000000000000001',
  '/v3/pay/transactions/out-trade-no/TEST202311140001',
] as const
const QUERIES = [
  '',
  '?mchid=1900000001',
  '?appid=wx0000000000000001&creator_mchid=1900000001&coupon_state=SENDED&offset=0&limit=20',
  '?name=%E6%B5%8B%E8%AF%95%E5%88%B8&flag=a%2Bb%20c&empty=&at=10%3A30',
  '?z=1&a=%E5%88%B8+x&m=%2F%3f',
] as const

function anyValue(random: Random, depth: number): Json {
  const kind = random.below(depth > 2 ? 5 : 8)
  if (kind < 3) return random.pick(WORDS)
  if (kind === 3) return random.below(5) === 0 ? null : random.pick([0, 1, 100, -5, 1.5, 20230101, true, false])
  if (kind === 4) return random.text(8, 'abcdefghij0123456789-_')
  if (kind === 5) return Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1))
  return anyObject(random, depth + 1, random.below(4))
}

function anyObject(random: Random, depth: number, members: number): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: members }, () => [random.pick(NAMES), anyValue(random, depth)]))
}

/** A random request as it goes over the wire, of any kind that real clients send. */
export function anyDraft(random: Random): Draft {
  const get = random.below(5) === 0
  const target = random.pick(PATHS) + (get || random.below(3) === 0 ? random.pick(QUERIES) : '')
  const layout = random.pick(['compact', 'compact', 'compact', '", " and ": "', '2 spaces', 'tabs'] as const)
  const style: BodyStyle = {
    layout,
    ...(random.below(3) === 0 && { unicode: 'lower' as const }),
    ...(random.below(3) === 0 && { slashes: true }),
    ...(random.below(5) === 0 && { html: 'go' as const }),
  }
  return {
    method: get ? 'GET' : random.pick(['POST', 'POST', 'PATCH', 'DELETE']),
    url: target,
    timestamp: String(1_700_000_000 + random.below(90_000_000)),
    nonce: random.pick([
      random.text(32, '0123456789ABCDEF'),
      random.text(32, '0123456789abcdef'),
      random.text(32, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
      `${random.text(8, '0123456789abcdef')}-1111-4222-8333-${random.text(12, '0123456789abcdef')}`,
      random.text(12, 'abcdefghijk0123456789'),
    ]),
    ...(!get && random.below(12) > 0 && { value: anyObject(random, 0, 1 + random.below(7)) }),
    style,
    wrap: [],
    lines: ['method', 'url', 'timestamp', 'nonce', 'body'],
    separator: '\n',
    before: '',
    whole: (message) => message,
  }
}
