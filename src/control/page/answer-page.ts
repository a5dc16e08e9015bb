import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Language, Texts } from '../../shared/texts.ts'

/** Where the dashboard's page is built to: `dist/dashboard`, seen from the sources, from `dist/src/control/page` and from the bundle of the command line, which is as deep. */
const BUILT = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/dashboard/' : '../../../dashboard/',
  import.meta.url,
)

/** What `GET` answers without the control token: the page, and what it is made of. */
export const PAGE_PATHS = ['/_mock', '/_mock/', '/_mock/assets/:name'] as const

const ASSET_PATH = /^\/_mock\/assets\/(?=.{1,100}$)([\w-]+(?:\.[\w-]+)+)$/

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * The page may load what it is made of and talk to this server, and nothing else: what came in a request cannot run in it, nor reach
 * anybody.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

const NOT_BUILT: Texts = {
  en: `The dashboard of wechatpay-mock is not built here. In a checkout: npm run build:dashboard
The control API works without it: /_mock/openapi.json`,
  zh: `这里没有构建 wechatpay-mock 的仪表盘。在源码目录中请运行 npm run build:dashboard
没有它，控制 API 照常可用：/_mock/openapi.json`,
}

/** Whether a request is for the dashboard's page or a part of it, and not for the control API. */
export function isOfPage(method: string, path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && (path === '/_mock' || path === '/_mock/' || ASSET_PATH.test(path))
}

/**
 * The dashboard's page, or a part of it. Parts have a digest in their name and are kept by the browser; the page is asked for each time.
 *
 * @param known the ETag that the browser has
 * @param language of what is said where it is not there
 */
export async function answerPage(path: string, known: string | undefined, language: Language): Promise<Response> {
  const asset = ASSET_PATH.exec(path)?.[1]
  const ofPage = path === '/_mock' || path === '/_mock/'
  const bytes =
    ofPage || asset !== undefined ? await read(asset === undefined ? 'index.html' : `assets/${asset}`) : undefined
  if (!bytes) {
    const unknown = { en: `The dashboard has no ${path}.`, zh: `仪表盘没有 ${path}。` }
    return ofPage ? plainly(NOT_BUILT, 503, language) : plainly(unknown, 404, language)
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers = {
    ...HEADERS,
    ETag: etag,
    'Cache-Control': asset === undefined ? 'no-cache' : 'public, max-age=31536000, immutable',
    'Content-Type':
      asset === undefined ? 'text/html; charset=utf-8' : (TYPES[asset.split('.').at(-1) ?? ''] ?? 'text/plain'),
  }
  return known === etag ? new Response(null, { status: 304, headers }) : new Response(bytes, { headers })
}

async function read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(new URL(name, BUILT))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
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
