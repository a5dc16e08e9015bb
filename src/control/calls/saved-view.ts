import { createHash } from 'node:crypto'
import { z } from 'zod'
import { systemClock } from '../../engine/clock.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import type { Language } from '../../wire/shared/texts.ts'
import { type CallContext, defineCall, type ServedCall } from '../call.ts'
import type { NotificationTries } from '../formats/notification.ts'
import type { Page } from '../formats/page.ts'
import type { ExchangeThing, ListedThing, ShownThing, ThingKind } from '../formats/thing.ts'
import { readPackageFile } from '../package-files.ts'
import { savedKey } from '../page/saved-key.ts'
import { servedThings } from '../things/served-things.ts'
import { readInput } from '../world/read-input.ts'

/** The most rows of its list that a saved view has, and the bytes of its answers beyond which details are left out. */
const MOST_ROWS = 200
const ROOM = 8 * 1_048_576

/** The entries of a thing's history that it has. */
const ENTRIES = '50'

/** A view of the dashboard with the answers of the control calls that it makes, as a page carries it. */
export interface SavedView {
  /** Its address behind `#/`. */
  readonly view: string
  /** By the machine's clock, and by the mock's. */
  readonly saved_at: string
  readonly now: string
  /** The lists that it has. */
  readonly lists: readonly string[]
  /** Answers by {@link savedKey}: in English, and in Chinese if that differs. */
  readonly answers: Readonly<Record<string, readonly [en: unknown, zh?: unknown]>>
}

export const savedView = defineCall({
  summary:
    'A list of the dashboard with its details in one HTML file, which shows them anywhere without a mock: calls, callbacks, or things of a kind. Private keys, APIv3 keys and tokens are left out',
  query: z.strictObject({
    view: z
      .string()
      .max(4_000)
      .optional()
      .meta({
        description: 'its address in the dashboard, behind `#/`; the calls if left out',
        examples: ['exchanges?outcome=error'],
      }),
    limit: z.coerce
      .number<string>()
      .int()
      .min(1)
      .max(MOST_ROWS)
      .optional()
      .describe(`how many rows, the newest; ${MOST_ROWS} if left out`),
  }),
  answer: z
    .strictObject({
      html: z.string(),
      saved_at: z.string().describe("by the machine's clock"),
      rows: z.int().min(0).describe('how many of the list it has'),
      left_out: z.int().min(0).describe('how many details it lacks, as all of them would have been too large'),
    })
    .meta({ id: 'SavedView' }),
  refusals: {
    MOCK_INPUT: 'the view is none of the lists',
    MOCK_PAGE_MISSING: { status: 409, when: 'the dashboard is not built here' },
  },
  isCostly: true,
  async handle({ query: { view = 'exchanges', limit = MOST_ROWS } }, context) {
    const recording = new Recording({ ...context, exchanges: await context.mock.exchanges.list() })
    const rows = await recordView(recording, view, limit, context)
    const { answers, lists } = recording
    const saved_at = formatInstant(systemClock.now())
    const saved = { view, saved_at, now: formatInstant(context.mock.clock.now()), lists, answers } satisfies SavedView
    return {
      html: pageWith(await withoutSecrets(saved, context)),
      saved_at,
      rows,
      left_out: recording.leftOut,
    }
  },
})

type Query = Readonly<Record<string, string>>

/** Answers of control calls, as a client would get them. */
class Recording {
  readonly answers: Record<string, [unknown, unknown?]> = {}
  readonly lists: string[] = []
  /** Lists with details that were asked for. */
  readonly reached = new Set<string>()
  leftOut = 0
  readonly #context: CallContext
  #bytes = 0

  constructor(context: CallContext) {
    this.#context = context
  }

  /**
   * Makes a call in both languages, and keeps what `shown` makes of its answer. Others are served before each.
   *
   * @returns what is kept in English
   * @throws UsageError if the call is refused
   */
  async ask<Answer>(
    id: string,
    params: Query = {},
    query: Query = {},
    shown: (answer: Answer) => Answer = (answer) => answer,
  ): Promise<Answer> {
    const call = this.#callOf(id)
    // The answer is the call's own.
    const ofLanguage = async (language: Language) => {
      await giveWay(this.#context.left)
      return shown((await this.#make(call, params, query, language)) as Answer)
    }
    const [answer, other] = [await ofLanguage('en'), await ofLanguage('zh')]
    const [text, otherText] = [answer, other].map((one) => JSON.stringify(one))
    this.answers[keyOf(call, params, query)] = text === otherText ? [answer] : [answer, other]
    this.#bytes += (text?.length ?? 0) + (text === otherText ? 0 : (otherText?.length ?? 0))
    return answer
  }

  /** The same for a detail, which is left out if it has no room or its call is refused. */
  async detail<Answer>(...asked: Parameters<typeof this.ask<Answer>>): Promise<Answer | undefined> {
    const [id, params = {}, query = {}] = asked
    const known = this.known(id, params, query)
    // It was kept as an answer of the same call.
    if (known) return known[0] as Answer
    if (this.#bytes > ROOM) {
      this.leftOut += 1
      return undefined
    }
    return this.ask(...asked).catch((error: unknown) => {
      // It may be gone since its list was read.
      if (error instanceof UsageError) return undefined
      throw error
    })
  }

  known(id: string, params: Query, query: Query = {}): readonly unknown[] | undefined {
    return this.answers[keyOf(this.#callOf(id), params, query)]
  }

  #callOf(id: string): ServedCall {
    const call = this.#context.calls.find((one) => one.id === id)
    if (!call) throw new Error(`There is no control call ${id}.`)
    return call
  }

  #make({ params, query, handle }: ServedCall, givenParams: Query, givenQuery: Query, language: Language) {
    return handle(
      {
        params: params && readInput(params, givenParams),
        query: query && readInput(query, givenQuery, '/query'),
        body: undefined,
      },
      { ...this.#context, language },
    )
  }
}

function keyOf({ path }: ServedCall, params: Query, query: Query): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  return savedKey(filled.replace('/_mock', ''), Object.entries(query))
}

/** Records a list, the details of its rows, and the lists that these details lead to. Returns the number of rows. */
async function recordView(recording: Recording, view: string, limit: number, context: CallContext): Promise<number> {
  const { mock, calls } = context
  const [path = '', search = ''] = view.split('?', 2)
  const [list = '', ...opened] = path.split('/').map(decoded)
  const kinds = (await servedThings(mock)).map(({ id }) => id)
  const isKind = kinds.includes(list)
  if (list !== 'exchanges' && list !== 'callbacks' && !isKind) {
    const lists = ['exchanges', 'callbacks', ...kinds].join(', ')
    throw refusalAt('/query/view', 'MOCK_INPUT', {
      en: `/query/view: ${list} is not a list that can be saved. There are: ${lists}.`,
      zh: `/query/view：${list} 不是可以保存的列表，可用的有：${lists}。`,
    })
  }
  const listCall = list === 'exchanges' ? 'journalPage' : list === 'callbacks' ? 'notificationPage' : 'thingPage'
  const filter = filterIn(new URLSearchParams(search), calls.find(({ id }) => id === listCall)?.query)
  const listParams: Query = isKind ? { thing: list } : {}
  const page = await recording.ask<Page<{ id?: string } & Partial<ListedThing>>>(
    listCall,
    listParams,
    { ...filter, limit: String(limit) },
    ({ items, total }) => ({ items, total }),
  )
  recording.lists.push(list)
  const rows = page.items.map(({ id, name = [] }) => (id === undefined ? name : [id]))
  for (const name of [...(opened.length > 0 ? [opened] : []), ...rows]) {
    if (list === 'exchanges') await recordExchange(recording, name.join('/'), FURTHER)
    else if (list === 'callbacks') await recordCallback(recording, name.join('/'), FURTHER)
    else await recordThing(recording, list, name, FURTHER)
  }
  for (const id of kinds) await recordList(recording, 'thingPage', { thing: id }, id)
  await recordList(recording, 'notificationPage', {}, 'callbacks')
  await recordList(recording, 'journalPage', {}, 'exchanges')
  await recordSurroundings(recording)
  return rows.length
}

/** The members of an address that its list is asked with. */
function filterIn(search: URLSearchParams, schema: unknown): Query {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  return Object.fromEntries(
    [...search].filter(([name, value]) => known.includes(name) && value !== '' && name !== 'cursor'),
  )
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** How many links the details lead on from a row: to its things and callbacks, and from there to other calls. */
const FURTHER = 2

async function recordExchange(recording: Recording, id: string, further: number): Promise<void> {
  recording.reached.add('exchanges')
  const exchange = await recording.detail<{ readonly callback?: { readonly id: string } }>('exchange', { id })
  const things = (await recording.detail<ExchangeThing[]>('exchangeThings', { id })) ?? []
  if (exchange?.callback) await recordCallback(recording, exchange.callback.id, Math.max(0, further - 1))
  if (further === 0) return
  for (const { thing, name } of things) await recordThing(recording, thing, name, further - 1)
}

async function recordCallback(recording: Recording, id: string, further: number): Promise<void> {
  recording.reached.add('callbacks')
  const tries = await recording.detail<NotificationTries>('notification', { id })
  if (further === 0) return
  for (const exchange of tries?.exchanges ?? []) await recordExchange(recording, exchange.id, further - 1)
  for (const { thing, name } of tries?.things ?? []) await recordThing(recording, thing, name, further - 1)
}

async function recordThing(
  recording: Recording,
  thing: string,
  name: readonly string[],
  further: number,
): Promise<void> {
  recording.reached.add(thing)
  const called = nameInPath(name)
  const shown = await recording.detail<ShownThing>('thing', { thing, name: called }, { limit: ENTRIES }, (one) => ({
    ...one,
    actions: [],
    related: one.related.map((related) => ({ ...related, pages: false })),
  }))
  if (further === 0) return
  for (const { exchange } of shown?.entries ?? [])
    if (exchange) await recordExchange(recording, exchange.id, further - 1)
}

function nameInPath(name: readonly string[]): string {
  return name.map(encodeURIComponent).join('/')
}

/** Records a list without a filter, with those of its newest rows whose details were recorded; nothing if it lacks such rows. */
async function recordList(recording: Recording, call: string, params: Query, list: string): Promise<void> {
  if (recording.lists.includes(list) || !recording.reached.has(list)) return
  const page = await recording.detail<Page<{ id?: string; name?: string[] }>>(
    call,
    params,
    { limit: '500' },
    (answer) => {
      const items = answer.items.filter(({ id, name = [] }) =>
        list === 'exchanges'
          ? recording.known('exchange', { id: id ?? '' })
          : list === 'callbacks'
            ? recording.known('notification', { id: id ?? '' })
            : recording.known('thing', { ...params, name: nameInPath(name) }),
      )
      return { items, total: items.length }
    },
  )
  if (page && page.items.length > 0) recording.lists.push(list)
}

/** Records what every view asks for. */
async function recordSurroundings(recording: Recording): Promise<void> {
  await recording.ask('overview')
  await recording.ask<ThingKind[]>('things', {}, {}, (kinds) =>
    kinds.map((kind) => ({ ...kind, listed: recording.lists.includes(kind.id), makes: [] })),
  )
  await recording.ask('operations', {}, { errors: 'none', served: 'simulated' })
  await recording.ask('operations', {}, { errors: 'none' })
  for (const call of ['settings', 'settingDefinitions', 'faults']) await recording.ask(call)
  await recording.ask<{ frozen: boolean }>('clock', {}, {}, (clock) => ({ ...clock, frozen: true }))
}

const HIDDEN = '••••••••'
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^-]*-----END (?:[A-Z]+ )?PRIVATE KEY-----/g
/** Header fields that grant something. The signature of a call does not. */
const GRANTING = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']
const SIGNED = /^WECHATPAY2?-/
/** Whatever may be an APIv3 key. */
const KEY_LIKE = /(?<![0-9A-Za-z])[0-9A-Za-z]{32}(?![0-9A-Za-z])/g

/**
 * A saved view as JSON without secrets that clients sent by mistake, which remarks may quote: the answers have none of their own. Others are served
 * between the answers.
 */
async function withoutSecrets({ answers, ...saved }: SavedView, { mock, left }: CallContext): Promise<string> {
  const keys = new Set(mock.merchants.all.map(({ apiV3Key }) => apiV3Key))
  const grants = (name: string, value: string) => GRANTING.includes(name.toLowerCase()) && !SIGNED.test(value)
  const tokens = new Set<string>()
  for (const answer of Object.values(answers)) {
    JSON.stringify(answer, (name, value: unknown) => {
      if (typeof value !== 'string' || !grants(name, value)) return value
      for (const token of value.slice(value.indexOf(' ') + 1).split(/[\s;,]+/)) tokens.add(token)
    })
    await giveWay(left)
  }
  const withoutTokens = hiding(tokens)
  const written: string[] = []
  for (const [key, answer] of Object.entries(answers)) {
    const json = JSON.stringify(answer, (name, value: unknown) => {
      if (typeof value !== 'string') return value
      if (grants(name, value)) return HIDDEN
      const text = value.replaceAll(PRIVATE_KEY, HIDDEN).replaceAll(KEY_LIKE, (one) => (keys.has(one) ? HIDDEN : one))
      return withoutTokens(text)
    })
    written.push(`${JSON.stringify(key)}:${json}`)
    await giveWay(left)
  }
  return `${JSON.stringify(saved).slice(0, -1)},"answers":{${written.join(',')}}}`
}

/** Lengths of the beginnings by which tokens are found: a few, so that a text is read in the same time however many there are. */
const BEGINNINGS = [32, 16, 8, 4] as const

/** Hides words with a token in them, from where it begins. A token is known by its beginning: hiding too much does no harm. */
function hiding(tokens: Iterable<string>): (text: string) => string {
  const known = new Set<string>()
  for (const token of tokens) {
    const length = BEGINNINGS.find((one) => one <= token.length)
    if (length !== undefined) known.add(token.slice(0, length))
  }
  const lengths = BEGINNINGS.filter((length) => [...known].some((one) => one.length === length))
  if (lengths.length === 0) return (text) => text
  return (text) => {
    let shown = ''
    let from = 0
    for (let at = 0; at < text.length; at += 1) {
      if (!lengths.some((length) => known.has(text.slice(at, at + length)))) continue
      shown += text.slice(from, at) + HIDDEN
      WORD_END.lastIndex = at + 1
      from = WORD_END.exec(text)?.index ?? text.length
      at = from - 1
    }
    return from === 0 ? text : shown + text.slice(from)
  }
}

const WORD_END = /[\s"'<>,;:]|$/g

/** The dashboard's document with its parts and a saved view in it. It may load nothing, and runs only its own script. */
function pageWith(saved: string): string {
  const document = fileOf('index.html')
  const names = [...document.matchAll(/\/assets\/([\w.-]+)"/g)].map(([, name = '']) => name)
  const part = (suffix: string) => {
    const name = names.find((one) => one.endsWith(`.${suffix}`))
    return name === undefined ? '' : fileOf(`assets/${name}`)
  }
  const script = part('js').replaceAll('</script', '<\\/script')
  const style = part('css')
  const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = [
    "default-src 'none'",
    `script-src ${sourceOf(script)}`,
    `style-src ${sourceOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>wechatpay-mock</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(part('svg'))}">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="saved">${saved.replaceAll('<', '\\u003c')}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

/** @throws UsageError `MOCK_PAGE_MISSING` */
function fileOf(name: string): string {
  const bytes = readPackageFile(`dist/dashboard/${name}`)
  if (bytes) return new TextDecoder().decode(bytes)
  throw new UsageError('MOCK_PAGE_MISSING', {
    en: 'The dashboard is not built here: npm run build:dashboard.',
    zh: '这里没有构建仪表盘，请运行 npm run build:dashboard。',
  })
}
