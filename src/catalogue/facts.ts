import { readPackageFile } from '../control/package-files.ts'
import type { RepeatSchedule } from '../engine/callbacks/notification.ts'
import index from './index.json' with { type: 'json' }

/** All products of the catalogue with their calls and callbacks, without the facts about each. */
export const catalogueIndex = index as unknown as CatalogueIndex

const read = new Map<string, ProductFacts>()

/**
 * The facts of a product's calls and callbacks. Read from its file when they are first asked for: all products together are
 * a megabyte, which would slow down every start.
 */
export function factsOf(product: string): ProductFacts {
  const known = read.get(product)
  if (known) return known
  // The import writes these files, and a test checks them against their types.
  const facts = readJson(`src/catalogue/${product}.json`) as ProductFacts
  read.set(product, facts)
  return facts
}

/** The content of a file of the catalogue. @param file its path in the package */
export function readJson(file: string): unknown {
  const bytes = readPackageFile(file)
  if (!bytes) throw new Error(`The file ${file} of this package is missing: install it again.`)
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

let english: Readonly<Record<string, string>> | undefined

/** The English name of a call or callback, which the pages lack; its id if it has not been translated yet. */
export function englishOf(id: string): string {
  english ??= readJson('src/catalogue/english.json') as Readonly<Record<string, string>>
  return english[id] ?? id
}

let corrections: readonly Correction[] | undefined

/** Corrections of the pages of a call or a callback. @param about as {@link Correction.calls} name it */
export function correctionsOf(about: string): readonly Correction[] {
  corrections ??= readJson('src/catalogue/overlay.json') as readonly Correction[]
  return corrections.filter(({ calls }) => calls.includes(about))
}

const PAGES = 'https://pay.weixin.qq.com/doc/v3/'
const SECOND_SOURCE = 'https://github.com/TheNorthMemory/wechatpay-openapi'

/** How a callback is repeated; as payments are if its pages do not mention it. */
export function scheduleOf({ schedule }: Pick<EventFacts, 'schedule'>): RepeatSchedule {
  return schedule?.map(([times, seconds]) => ({ times, seconds })) ?? 'payment'
}

/** The address of the first page, or of what reports a call without pages. */
export function addressOf({ pages: [page], source = SECOND_SOURCE }: Pick<CallFacts, 'pages' | 'source'>): string {
  if (page === undefined) return source
  return `${PAGES}${page.startsWith('m') ? 'merchant' : 'partner'}/${page.slice(1)}`
}

/**
 * The shape of `src/catalogue/*.json`: facts that the official pages state about calls and callbacks. `npm run catalogue` writes these files; nobody
 * edits them.
 */

/** The readers of a page: direct merchants (直连商户) or partners (服务商). */
export type Audience = 'merchant' | 'partner'

/** A member of a path, query, body, answer or callback. */
export interface FieldFacts {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object'
  /** An array of that type. */
  readonly list?: true
  /** 中文字段名; the page shows it in 【】. */
  readonly title?: string
  /** Required of every caller, or only of those for whom all pages that describe its object require it. */
  readonly required?: true | Audience
  /** Only the pages for one audience have the field. */
  readonly for?: Audience
  /** Length of a text in characters, the number of entries of a list that has no text in it, or the bounds of a number. */
  readonly min?: number
  readonly max?: number
  /** Least and largest number of entries of a list of texts, which pages say in words. */
  readonly entries?: readonly [least: number, most?: number]
  /** Counts the length of a text in bytes; of an object, that of its compact JSON. The pages do not say so. */
  readonly bytes?: true
  /** A value of the page's sample; of an id that is made up, one of the same form. */
  readonly example?: string | number
  /** A regular expression for all of its text, from the page's words about allowed characters. */
  readonly pattern?: string
  /** An address that has to be https. */
  readonly https?: boolean
  /** The values that the page lists; of a boolean, the only one. */
  readonly values?: readonly string[]
  /** Members of the same object: one of them has to be given if this one is not. */
  readonly orElse?: readonly string[]
  /** Members of the same object that may not be given together with this one. */
  readonly notWith?: readonly string[]
  /** Sent encrypted (敏感信息加密). */
  readonly encrypted?: true
  /** An RFC 3339 time. */
  readonly time?: true
  /** An amount in fen (单位为分). */
  readonly fen?: true
  /** The `media_id` of an upload. */
  readonly media?: true
  /** Members of an object, or of each object in a list. */
  readonly members?: readonly FieldFacts[]
}

export type ErrorFacts = readonly [status: number, code: string, message: string]

/** A call, merged from all pages that describe it. */
export interface CallFacts {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for its variable segments. */
  readonly path: string
  readonly title: string
  /** Ids of its pages, prefixed with `m` for direct merchants, with `p` for partners. Empty for a reported call. */
  readonly pages: readonly string[]
  /** No page of the official menus describes the call; others report it. */
  readonly reported?: true
  /** The address of what describes a reported call, which may be an official page that is in no menu. Default: the second source. */
  readonly source?: string
  /** Only pages for one audience describe the call. */
  readonly for?: Audience
  /** The official page that says that the call is being closed. */
  readonly closing?: string
  readonly rate?: { readonly calls: number; readonly seconds: number }
  /** A multipart upload: `body` is its part `meta`, and there is a part `file` with this title. */
  readonly file?: string
  readonly params?: readonly FieldFacts[]
  readonly query?: readonly FieldFacts[]
  readonly body?: readonly FieldFacts[]
  /** Status of a successful answer; 204 has no body. */
  readonly status: number
  readonly answer?: readonly FieldFacts[]
  /** Media type of an answer that is a file, not JSON. */
  readonly answerType?: string
  /** The service takes it without a signature. */
  readonly unsigned?: true
  /** Without the errors of every call, which `index.json` lists. */
  readonly errors: readonly ErrorFacts[]
}

/** A callback, merged from all pages of one product that describe it. */
export interface EventFacts {
  /** `event_type` */
  readonly type: string
  readonly title: string
  readonly pages: readonly string[]
  readonly for?: Audience
  /** Left out, like the next two, if the page's envelope has none. */
  readonly summary?: string
  readonly originalType?: string
  readonly associatedData?: string
  /** Repeats as `[times, seconds]`, in order. Left out if the pages do not mention them. */
  readonly schedule?: readonly (readonly [times: number, seconds: number])[]
  /** How long the receiver has to reply. Left out if that is 5 seconds, as on almost all pages. */
  readonly replySeconds?: number
  readonly resource: readonly FieldFacts[]
}

/** `src/catalogue/<product>.json` */
export interface ProductFacts {
  readonly calls: readonly CallFacts[]
  readonly events: readonly EventFacts[]
}

/**
 * An entry of `src/catalogue/overlay.json`, written by hand: better knowledge than the pages have. The import applies it, and refuses it once a page
 * changes.
 */
export interface Correction {
  /** `METHOD path` of each corrected call; for a callback the id of its product and its `event_type`. */
  readonly calls: readonly string[]
  /**
   * Places in each of them: a member such as `body/amount/total`, `errors`, or another fact about the call, such as `rate`. `call` adds a call that
   * no source has.
   */
  readonly at: readonly string[]
  /** The pages' version: for a member, only the corrected facts. `null` if they have nothing, as in `is`. */
  readonly was: unknown
  readonly is: unknown
  /** `documented`: by a page other than that of the call. */
  readonly evidence: 'documented' | 'observed' | 'reported' | 'sibling' | 'inferred'
  readonly source: string
}

/** `src/catalogue/index.json`: the only file read when a mock starts. */
export interface CatalogueIndex {
  /** Day of the pages, such as `2026-08-08`. */
  readonly date: string
  /** Errors that the pages list for every call. */
  readonly errors: readonly ErrorFacts[]
  readonly products: readonly {
    /** kebab-case; its facts are in `<id>.json`. */
    readonly id: string
    readonly title: { readonly en: string; readonly zh: string }
    /** `METHOD path` of each call. */
    readonly calls: readonly string[]
    /** `event_type` of each callback. */
    readonly events: readonly string[]
  }[]
}
