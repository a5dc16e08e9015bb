import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Product, ProductPage } from '../../engine/product.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { readPackageFile } from '../package-files.ts'

/** A page of the control API's server, with everything it loads. */
interface ServedPage {
  /** Starts with `/_mock`. */
  readonly path: string
  readonly title: Texts
  readonly tellsOpener: boolean
  /** Whether its document is in the language of the request. The dashboard chooses its language itself. */
  readonly isInTheirLanguage: boolean
  read(name: string): Awaitable<Uint8Array<ArrayBuffer> | undefined>
}

interface PageRequest {
  readonly page: ServedPage
  /** The part under `assets/`; `undefined` for the document. */
  readonly asset: string | undefined
}

const DASHBOARD: ServedPage = {
  path: '/_mock',
  title: { en: 'The dashboard', zh: '仪表盘' },
  tellsOpener: false,
  isInTheirLanguage: false,
  read: (name) => readPackageFile(`dist/dashboard/${name}`),
}

/** Path of a page. Its segments cannot be names of files. */
const PAGE_PATH = /^\/[a-z\d]{1,30}(?:-[a-z\d]{1,30}){0,5}$/

/**
 * The pages of a mock: the dashboard, and those of its products.
 *
 * @param calls of the control API, which a page may not hide
 * @throws UsageError `MOCK_PRODUCT` for a page whose path is invalid or taken
 */
export function servedPages(
  products: readonly Product[],
  calls: readonly { readonly method: string; readonly path: string }[],
): readonly ServedPage[] {
  const pages = products.flatMap(({ pages = [] }) => pages.map(served))
  const paths = ['/_mock/assets', ...calls.filter(({ method }) => method === 'GET').map(({ path }) => path)]
  for (const { path } of pages) {
    if (paths.includes(path)) {
      throw new UsageError('MOCK_PRODUCT', {
        en: `There is something at ${path} already: give the page another path.`,
        zh: `${path} 已被占用，请给页面另取路径。`,
      })
    }
    paths.push(path)
  }
  return [DASHBOARD, ...pages]
}

function served({ path, title, tellsOpener = false, read }: ProductPage): ServedPage {
  if (!PAGE_PATH.test(path)) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `${JSON.stringify(path)} is no path of a page: write one segment of lower-case letters, digits and hyphens, like "/card-page".`,
      zh: `${JSON.stringify(path)} 不是页面的路径，应为一段由小写字母、数字和连字符组成的路径，如 "/card-page"。`,
    })
  }
  return {
    path: `/_mock${path}`,
    title,
    tellsOpener,
    isInTheirLanguage: true,
    read: async (name) => {
      if (!read) return readPackageFile(`dist/pages${path}/${name}`)
      const bytes = await read(name)
      // A `Response` needs bytes in a buffer of their own.
      return bytes && new Uint8Array(bytes)
    },
  }
}

const ASSET = /^\/assets\/(?=.{1,100}$)([\w-]+(?:\.[\w-]+)+)$/

/** The page and part that a request asks for; `undefined` if it is for the control API. */
export function findPage(pages: readonly ServedPage[], method: string, path: string): PageRequest | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  for (const page of pages) {
    if (path === page.path || path === `${page.path}/`) return { page, asset: undefined }
    const asset = path.startsWith(page.path) ? ASSET.exec(path.slice(page.path.length))?.[1] : undefined
    if (asset !== undefined) return { page, asset }
  }
  return undefined
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** A page may load its own parts and talk to this server, and nothing else: content of a request can neither run in it nor reach anybody. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]

const HEADERS = {
  'Content-Security-Policy': [...POLICY, "frame-ancestors 'none'"].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // By a name over plain HTTP, nothing else shows that a call comes from a page of this server.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** The dashboard shows pages on the phone in frames. */
const FRAMES = { 'Content-Security-Policy': [...POLICY, "frame-src 'self'", "frame-ancestors 'none'"].join('; ') }
const IS_FRAMED = {
  'Content-Security-Policy': [...POLICY, "frame-ancestors 'self'"].join('; '),
  'X-Frame-Options': 'SAMEORIGIN',
}

/** With any other value of the policy a page cannot see its opener. */
const KNOWS_OPENER = { 'Cross-Origin-Opener-Policy': 'unsafe-none' }

/**
 * A page, or a part of one. Parts have a digest in their name and are cached by the browser; the document is requested each time.
 *
 * @param language of the document, and of the message if something does not exist
 */
export async function answerPage(
  { page, asset }: PageRequest,
  browser: Browser,
  language: Language,
): Promise<Response> {
  const bytes = await page.read(asset === undefined ? 'index.html' : `assets/${asset}`)
  if (!bytes)
    return asset === undefined
      ? plainly(notBuilt(page), 503, language)
      : noSuchPart(page, `${page.path}/assets/${asset}`, language)
  const isTranslated = asset === undefined && page.isInTheirLanguage
  return answerFile(isTranslated ? inLanguage(bytes, language) : bytes, browser, {
    ...HEADERS,
    ...(page === DASHBOARD ? FRAMES : IS_FRAMED),
    ...(page.tellsOpener && KNOWS_OPENER),
    'Cache-Control': asset === undefined ? 'no-cache' : 'public, max-age=31536000, immutable',
    'Content-Type':
      asset === undefined ? 'text/html; charset=utf-8' : (TYPES[asset.split('.').at(-1) ?? ''] ?? 'text/plain'),
    ...(isTranslated && { 'Content-Language': language, Vary: 'Accept-Language' }),
  })
}

/** A document with its language set: its script uses it unless the address asks for another. */
function inLanguage(document: Uint8Array<ArrayBuffer>, language: Language): Uint8Array<ArrayBuffer> {
  const tag = language === 'zh' ? 'zh-CN' : 'en'
  return new TextEncoder().encode(
    new TextDecoder().decode(document).replace('<html lang="en">', `<html lang="${tag}">`),
  )
}

function notBuilt({ path, title }: Pick<ServedPage, 'path' | 'title'>): Texts {
  return {
    en: `${path} (${title.en}) of wechatpay-mock is not built here. In a checkout: npm run build:dashboard
The control API works without it: /_mock/openapi.json`,
    zh: `这里没有构建 wechatpay-mock 的 ${path}（${title.zh}）。在源码目录中请运行 npm run build:dashboard
没有它，控制 API 照常可用：/_mock/openapi.json`,
  }
}

export function noSuchPart({ title }: ServedPage, path: string, language: Language): Response {
  return plainly({ en: `${title.en} has no ${path}.`, zh: `${title.zh}没有 ${path}。` }, 404, language)
}

function plainly(texts: Texts, status: number, language: Language): Response {
  return new Response(`${texts[language]}\n`, {
    status,
    headers: {
      ...HEADERS,
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Language': language,
      Vary: 'Accept-Language',
    },
  })
}

/** The script that gives front ends in a browser what they call in WeChat. */
export const FRONT_END_SCRIPT = '/_mock/wx.js'

/** The script, for pages of any origin: it holds no data, and only opens pages that any site may link to. */
export async function answerScript(browser: Browser, language: Language): Promise<Response> {
  const bytes = await readPackageFile('dist/pages/wx.js')
  if (!bytes) return plainly(notBuilt({ path: FRONT_END_SCRIPT, title: SCRIPT_TITLE }), 503, language)
  return answerFile(bytes, browser, {
    ...HEADERS,
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'no-cache',
    'Content-Type': TYPES.js ?? '',
  })
}

const SCRIPT_TITLE: Texts = { en: 'The script for front ends', zh: '前端脚本' }

/** Header fields of a browser about the files that it takes. */
interface Browser {
  /** ETag of its copy: the If-None-Match header. */
  readonly known: string | undefined
  /** The Accept-Encoding header. */
  readonly encodings: string | undefined
}

/** A file, compressed for those who take gzip. Browsers take nothing better over plain HTTP from another machine, and on one machine it hardly matters. */
async function answerFile(
  content: Uint8Array<ArrayBuffer>,
  { known, encodings }: Browser,
  { Vary, ...more }: Readonly<Record<string, string>>,
): Promise<Response> {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22)
  const isCompressed = takesGzip(encodings)
  const headers = {
    ...more,
    Vary: Vary === undefined ? 'Accept-Encoding' : `${Vary}, Accept-Encoding`,
    ETag: isCompressed ? `"${digest}-gzip"` : `"${digest}"`,
    ...(isCompressed && { 'Content-Encoding': 'gzip' }),
  }
  if (known === headers.ETag) return new Response(null, { status: 304, headers })
  return new Response(isCompressed ? await compressed(digest, content) : content, { headers })
}

function takesGzip(encodings = ''): boolean {
  const offers = encodings.toLowerCase().replaceAll(' ', '').split(',')
  return offers.some((offer) => offer === 'gzip' || (offer.startsWith('gzip;q=') && Number(offer.slice(7)) > 0))
}

const compress = promisify(gzip)

/** Compressed files by the digest of their content, so that each is compressed once. A product may make its files anew for each request. */
const kept = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
const MOST_KEPT = 100

function compressed(digest: string, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const known = kept.get(digest)
  if (known) return known
  const made = compress(content, { level: 9 })
  kept.set(digest, made)
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break
    kept.delete(oldest)
  }
  return made
}
