import { createHash } from 'node:crypto'
import type { Language, Texts } from '../../shared/texts.ts'
import type { PageRequest, ServedPage } from './served-pages.ts'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** A page may load its own parts and talk to this server, and nothing else: content of a request can neither run in it nor reach anybody. */
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

/** With any other value of the policy a page cannot see its opener. */
const KNOWS_OPENER = { 'Cross-Origin-Opener-Policy': 'unsafe-none' }

/**
 * A page, or a part of one. Parts have a digest in their name and are cached by the browser; the document is requested each time.
 *
 * @param known ETag of the browser's copy
 * @param language of the document, and of the message if something does not exist
 */
export async function answerPage(
  { page, asset }: PageRequest,
  known: string | undefined,
  language: Language,
): Promise<Response> {
  const bytes = await page.read(asset === undefined ? 'index.html' : `assets/${asset}`)
  if (!bytes)
    return asset === undefined
      ? plainly(notBuilt(page), 503, language)
      : noSuchPart(page, `${page.path}/assets/${asset}`, language)
  const content = asset === undefined && page.isInTheirLanguage ? inLanguage(bytes, language) : bytes
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
  const headers = {
    ...HEADERS,
    ...(page.tellsOpener && KNOWS_OPENER),
    ETag: etag,
    'Cache-Control': asset === undefined ? 'no-cache' : 'public, max-age=31536000, immutable',
    'Content-Type':
      asset === undefined ? 'text/html; charset=utf-8' : (TYPES[asset.split('.').at(-1) ?? ''] ?? 'text/plain'),
    ...(asset === undefined && page.isInTheirLanguage && { 'Content-Language': language, Vary: 'Accept-Language' }),
  }
  return known === etag ? new Response(null, { status: 304, headers }) : new Response(content, { headers })
}

/** A document with its language set: its script uses it unless the address asks for another. */
function inLanguage(document: Uint8Array<ArrayBuffer>, language: Language): Uint8Array<ArrayBuffer> {
  const tag = language === 'zh' ? 'zh-CN' : 'en'
  return new TextEncoder().encode(
    new TextDecoder().decode(document).replace('<html lang="en">', `<html lang="${tag}">`),
  )
}

function notBuilt({ path, title }: ServedPage): Texts {
  return {
    en: `${path} (${title.en}) of wechatpay-mock is not built here. In a checkout: npm run build:dashboard
The control API works without it: /_mock/openapi.json`,
    zh: `这里没有构建 wechatpay-mock 的 ${path}（${title.zh}）。在源码目录中请运行 npm run build:dashboard
没有它，控制 API 照常可用：/_mock/openapi.json`,
  }
}

/** Answers that a page does not have such a part. */
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
