import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { test as base, describe, expect } from 'vitest'
import { en } from '../../dashboard/texts/en.ts'
import { zh } from '../../dashboard/texts/zh.ts'
import { createCertificateAuthority, startServer } from '../../src/doors/transports/node-server.ts'
import type { Product } from '../../src/engine/product.ts'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { findingsInBothThemes } from './axe.ts'
import { CHROMIUM, launchChromium } from './launch.ts'

/** Texts of the page, by the language of the browser. */
const WORDS = { en, 'zh-CN': zh }

/** A phone for the page's purposes: it has fingers instead of a pointer. */
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url))

type Language = keyof typeof WORDS

/** One browser for all files of a worker, which ends with it. Its start costs more than most tests. */
let browser: Promise<Browser> | undefined
const contexts = new Map<Language, Promise<BrowserContext>>()

/** Shared by all servers of a worker, since credentials name its certificate and its keys take time to make. */
const certificateAuthority = createCertificateAuthority()

async function openContext(locale: Language, isPhone = false): Promise<BrowserContext> {
  browser ??= launchChromium()
  return (await browser).newContext({
    locale,
    viewport: { width: 1360, height: 900 },
    ...(isPhone && PHONE),
    permissions: ['clipboard-read', 'clipboard-write'],
  })
}

/**
 * The browser context that tests share, per language. Each test has its own server, and so its own origin and storage; a context of its own costs
 * more processor time than most tests.
 */
function sharedContext(language: Language): Promise<BrowserContext> {
  const context = contexts.get(language) ?? openContext(language)
  contexts.set(language, context)
  return context
}

export const test = base
  .extend('controlToken', undefined as string | undefined)
  .extend('allowedHosts', [] as readonly string[])
  .extend('language', 'en' as Language)
  /** Whether a test has a context to itself: changes to time affect all pages of a context. */
  .extend('ownContext', false as boolean)
  .extend('isPhone', false as boolean)
  .extend('products', products as readonly Product[])
  .extend('server', async ({ allowedHosts, controlToken, products }, { onCleanup }) => {
    const mock = createMock({ products, journalLimit: 10_000 })
    const token = controlToken !== undefined && { controlToken }
    const server = await startServer({ mock, port: 0, allowedHosts, certificateAuthority, ...token })
    onCleanup(() => server.close(0))
    return server
  })
  .extend('control', ({ server }) => server.control)
  .extend('send', async ({ server }, { onCleanup }) => {
    const { send, close } = sendOverNode(server.url)
    onCleanup(close)
    const client = createMerchantClient({
      credentials: await server.control.credentials(),
      send,
    })
    return (request: MerchantRequest) => client.request(request)
  })
  /** A page that collects complaints of its security policy and its code. A test that fails says what its page showed and asked for. */
  .extend(
    'page',
    async (
      { language, ownContext, isPhone, onTestFailed },
      { onCleanup },
    ): Promise<Page & { complaints: string[] }> => {
      const isOwn = ownContext || isPhone
      const context = await (isOwn ? openContext(language, isPhone) : sharedContext(language))
      const page = await context.newPage()
      let shown = ''
      onCleanup(async () => {
        if (!page.isClosed()) shown = String(await page.evaluate('document.body.innerText'))
        await (isOwn ? context : page).close()
      })
      // As for everything else, durations do not matter: a busy machine is only slow.
      page.setDefaultTimeout(60_000)
      const complaints: string[] = []
      const asked: string[] = []
      page.on('request', (request) => asked.push(`asks ${request.method()} ${request.url()}`))
      page.on('response', (response) => asked.push(`gets ${response.status()} ${response.url()}`))
      page.on('requestfailed', (request) => asked.push(`lost ${request.url()} ${request.failure()?.errorText ?? ''}`))
      onTestFailed(() => console.error([page.url(), ...asked.slice(-40), ...complaints, shown].join('\n')))
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('console', (message) => {
        // The browser also reports connections that the server closed; these are not complaints of the page.
        if (message.type() === 'error' && !message.text().includes('net::ERR')) complaints.push(message.text())
      })
      return Object.assign(page, { complaints })
    },
  )

/**
 * Describes what a page does, in a browser of one language. Either will do for what is not about texts: `test/dashboard` checks that the code of the
 * page has none. A file whose `test` extends this one overrides the language of its own.
 */
export function describePage(what: string, language: Language, tests: (words: (typeof WORDS)[Language]) => void): void {
  describe.skipIf(CHROMIUM === undefined)(`${what}, ${language} (where there is Chromium)`, () => {
    test.override('language', language)
    tests(WORDS[language])
  })
}

/**
 * The same in each language, for what depends on how long its texts are. Where a part stands for the rest, it is played in one of them: which one
 * follows from its name, so that each has about half of them, and the same in every run.
 */
export function describeInEachLanguage(
  what: string,
  tests: (words: (typeof WORDS)[Language], language: Language) => void,
): void {
  const both = ['en', 'zh-CN'] as const
  const languages = isRepresentative ? [both[what.length % both.length] ?? 'en'] : both
  for (const language of languages) describePage(what, language, (words) => tests(words, language))
}

/**
 * A script for a page, which counts the clicks that it sees: those that reach the document, since Playwright keeps back at the window a click that
 * would hit something that moved there meanwhile, and makes it again.
 */
export const COUNT_CLICKS =
  "document.addEventListener('click', () => { window.clicks = (window.clicks ?? 0) + 1 }, true)"

/** Addresses of the views in the navigation, once the things of products are among them, which load by themselves. */
export async function viewsOf(page: Page): Promise<readonly string[]> {
  const links = page.locator('header nav a')
  await links.and(page.locator('[href="#/orders"]')).waitFor({ state: 'attached' })
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
}

/** Picks an option in a search field; an empty text picks the first option. */
export async function pick(field: Locator, text: string): Promise<void> {
  await field.fill(text)
  // The options may still be loading.
  await field.page().getByRole('option').and(field.page().locator('.active')).waitFor()
  await field.press('Enter')
}

/** Saves a screenshot of a page in both themes outside the repository, where a person asks for them: each takes as long as a small test. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  // A header that sticks would be in the middle otherwise.
  await page.evaluate('scrollTo(0, 0)')
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${SCREENSHOTS}${name}-${colorScheme}.png`, fullPage: true })
  }
}

/** Windows that people have: on a desk, of a laptop and of a phone. */
const WINDOWS = [
  { width: 1_440, height: 900 },
  { width: 1_280, height: 800 },
  { width: 390, height: 844 },
]

/** Expects a view to fit into each window that people have, and to be accessible in both themes; with pictures of all of these. */
export async function expectFit(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  const language = await page.evaluate('document.documentElement.lang')
  for (const window of WINDOWS) {
    await page.setViewportSize(window)
    await expect
      .poll(() => page.evaluate('document.documentElement.scrollWidth'), { message: name })
      .toBeLessThanOrEqual(window.width)
    await picture(page, `${name}-${language}-${window.width}`)
  }
  if (before) await page.setViewportSize(before)
  expect(await findingsInBothThemes(page), name).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Clicks a button that closes its window, which may be gone before the click has been reported. */
export async function clickToClose(button: Locator): Promise<void> {
  const closed = button.page().waitForEvent('close')
  await button.click().catch((error: unknown) => {
    if (!String(error).includes('has been closed')) throw error
  })
  await closed
}
