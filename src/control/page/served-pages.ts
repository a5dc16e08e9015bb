import type { Product, ProductPage } from '../../engine/product.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { Texts } from '../../shared/texts.ts'
import { readPackageFile } from '../package-files.ts'

/** A page of the control API's server, with everything it loads. */
export interface ServedPage {
  /** Starts with `/_mock`. */
  readonly path: string
  readonly title: Texts
  readonly tellsOpener: boolean
  /** Whether its document is in the language of the request. The dashboard chooses its language itself. */
  readonly isInTheirLanguage: boolean
  read(name: string): Awaitable<Uint8Array<ArrayBuffer> | undefined>
}

/** A request for a page, or for a part of one. */
export interface PageRequest {
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
