/** `npm run test:site` builds the site first. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launchChromium } from '../browser/launch.ts'
import { listening } from '../docs/listening.ts'
import { isChinese, pages, read } from '../docs/markdown.ts'

const html = fileURLToPath(new URL('../../site/build/html/', import.meta.url))
const files = new Set(readdirSync(html, { recursive: true, encoding: 'utf8' }))
const texts = new Map(
  [...files].filter((file) => file.endsWith('.html')).map((file) => [file, readFileSync(join(html, file), 'utf8')]),
)

/** Values of an attribute, unescaped. */
const valuesOf = (text: string, attribute: 'href' | 'src' | 'id'): string[] =>
  [...text.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) =>
    decodeURI(value.replaceAll('&amp;', '&')),
  )

/** Why a link leads nowhere; nothing if it leads somewhere. */
function fault(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const named = path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), path)
  const file = named.replace(/^\//, '').replace(/(?:^|\/)$/, (slash) => `${slash}index.html`)
  if (!files.has(file)) return `${link}: there is no ${file}`
  const isThere = anchor === undefined || valuesOf(texts.get(file) ?? '', 'id').includes(anchor)
  return isThere ? undefined : `${link}: ${file} has no such heading`
}

const outside = (link: string) => /^\w+:/.test(link)
/** A page without its menu of languages, which has a test of its own: not every page is there in both. */
const withoutMenu = (text: string) => text.replaceAll(/<div class="VPMenuLink"[\s\S]*?<\/div>/g, '')

test('every page is served, in the language that it is in', () => {
  const served = pages.filter(({ path }) => /^(?:[^/]+|docs\/.*|contracts\/kit\/.*)\.md$/.test(path))
  // Which is for those who change the code.
  const read = served.filter(({ path }) => path !== 'AGENTS.md')
  const english = [...texts.keys()].filter((file) => file.startsWith('en/'))

  expect(english.length).toBe(read.filter((page) => !isChinese(page)).length)
  // And the page for addresses that lead nowhere.
  expect(texts.size - english.length).toBe(read.filter(isChinese).length + 1)
})

test.for([...texts.keys()].filter((file) => file !== '404.html'))(
  'every link and picture of %s leads somewhere',
  (file) => {
    const text = withoutMenu(texts.get(file) ?? '')
    const links = [...valuesOf(text, 'href'), ...valuesOf(text, 'src')].filter((link) => !outside(link))
    expect(links.length).toBeGreaterThan(20)
    expect(links.map((link) => fault(file, link)).filter((one) => one !== undefined)).toEqual([])
  },
)

test('a link or an anchor that leads nowhere is noticed', () => {
  for (const link of ['/nowhere.html', '#nowhere', '/en/calls.html#nowhere', './nowhere.png'])
    expect(fault('index.html', link)).toContain(link)
  for (const link of ['/', '/en/', '/en/calls.html#all-calls', '#试一试', './calls.html'])
    expect(fault('index.html', link)).toBeUndefined()
})

test.for([
  ['docs/README.zh-CN.md', 'index.html'],
  ['docs/README.md', 'en/index.html'],
] as const)('the navigation leads to what %s lists', ([list, first]) => {
  const named = pages.find(({ path }) => path === list)?.links ?? []
  const inList = named.filter((link) => link.endsWith('.md') && !link.includes('README')).length
  const [, sidebar = ''] = /<nav class="nav" id="VPSidebarNav"([\s\S]*?)<\/nav>/.exec(texts.get(first) ?? '') ?? []
  expect(new Set(valuesOf(sidebar, 'href')).size).toBeGreaterThanOrEqual(inList)
})

test('what looks like a template of the generator is shown as it stands in code', () => {
  expect(read('docs/recipes/verify-a-contract.md')).toContain('{{ … }}`')
  expect(texts.get('en/recipes/verify-a-contract.html')).toContain('{{ … }}</code>')
})

describe.skipIf(CHROMIUM === undefined)('in a browser (where there is Chromium)', () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof serve>>
  let page: Page
  const asked = new Set<string>()

  beforeAll(async () => {
    browser = await launchChromium()
    server = await serve()
    page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    page.on('request', (request) => asked.add(new URL(request.url()).origin))
  })

  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
  })

  /** Opens a page, whose search answers once its script runs. */
  async function open(path: string): Promise<void> {
    await page.goto(server.url + path, { waitUntil: 'networkidle' })
  }

  test.for([
    ['/', '签名 验签', '/recipes/signatures.html'],
    ['/', '幂等', '/calls.html'],
    ['/answers.html', 'out_request_no', '/answers.html'],
    ['/en/', 'advance clock', '/en/control-api.html'],
    ['/en/answers.html', 'gauntlet', '/en/recipes/signatures.html'],
  ] as const)('on %s a search for %s finds %s', async ([start, words, found]) => {
    await open(start)
    await page.locator('.VPNavBarSearch button').click()
    await page.locator('.VPLocalSearchBox input').fill(words)
    const results = page.locator('.VPLocalSearchBox .result')
    await results
      .and(page.locator(`[href^="${found}"]`))
      .first()
      .waitFor()

    const language = (path: string | null) => path?.startsWith('/en/')
    const hrefs = await results.evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    expect(hrefs.filter((href) => language(href) !== language(start))).toEqual([])
    await results.first().click()
    await page.waitForURL((url) => language(url.pathname) === language(start))
  })

  test('whoever changes the language stays on the page, also where there is no other', async () => {
    const chinese = async () => {
      await page.locator('.VPNavBarTranslations button').hover()
      await page.locator('.VPNavBarTranslations a').click()
    }
    await open('/en/answers.html')
    await chinese()
    await page.waitForURL('**/answers.html')
    await open('/en/architecture.html')
    await chinese()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/en/architecture.html')
    await page.getByRole('heading', { name: 'Architecture' }).waitFor()
  })

  test('nothing comes from elsewhere', () => {
    expect([...asked].filter((origin) => origin !== 'null')).toEqual([server.url])
  })
})

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
}

/** Serves the site as any host of files does. */
function serve() {
  return listening(
    createServer(({ url = '/' }, response) => {
      const file = decodeURI(new URL(url, 'http://site').pathname)
        .slice(1)
        .replace(/(?:^|\/)$/, (slash) => `${slash}index.html`)
      const found = files.has(file) ? file : '404.html'
      response.writeHead(found === file ? 200 : 404, {
        'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream',
      })
      response.end(readFileSync(join(html, found)))
    }),
  )
}
