import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { test as base } from 'vitest'
import { en } from '../../dashboard/texts/en.ts'
import { zh } from '../../dashboard/texts/zh.ts'
import { createMock } from '../../src/mock.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { launchChromium } from './launch.ts'

export { CHROMIUM } from './launch.ts'

/** Languages of the page, with its texts. */
export const LANGUAGES = [
  ['en', en],
  ['zh-CN', zh],
] as const

/** A phone for the page's purposes: it has fingers instead of a pointer. */
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url))

type Language = (typeof LANGUAGES)[number][0]

let browser: Promise<Browser> | undefined
const contexts = new Map<Language, Promise<BrowserContext>>()

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
 * The browser context that the tests of a file share, per language. Each test has its own server, and so its own origin and storage; a context of its
 * own costs more processor time than most tests.
 */
function sharedContext(language: Language): Promise<BrowserContext> {
  const context = contexts.get(language) ?? openContext(language).then(keepProcess)
  contexts.set(language, context)
  return context
}

/** Keeps a page open, so that a process for local pages, which takes long to start, always exists. */
async function keepProcess(context: BrowserContext): Promise<BrowserContext> {
  const page = await context.newPage()
  await page.route('**', (route) => route.fulfill({ body: '' }))
  await page.goto('http://127.0.0.1/')
  return context
}

export const test = base
  .extend('controlToken', undefined as string | undefined)
  .extend('language', 'en' as Language)
  /** Whether a test has a context to itself: changes to time affect all pages of a context. */
  .extend('ownContext', false as boolean)
  .extend('isPhone', false as boolean)
  .extend('server', async ({ controlToken }, { onCleanup }) => {
    const mock = createMock({ journalLimit: 10_000 })
    const server = await startServer({ mock, port: 0, ...(controlToken !== undefined && { controlToken }) })
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
  /** A page that collects complaints of its security policy and its code. */
  .extend(
    'page',
    async ({ language, ownContext, isPhone }, { onCleanup }): Promise<Page & { complaints: string[] }> => {
      const isOwn = ownContext || isPhone
      const context = await (isOwn ? openContext(language, isPhone) : sharedContext(language))
      const page = await context.newPage()
      onCleanup(() => (isOwn ? context.close() : page.close()))
      page.setDefaultTimeout(8_000)
      const complaints: string[] = []
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('console', (message) => {
        // The browser also reports connections that the server closed; these are not complaints of the page.
        if (message.type() === 'error' && !message.text().includes('net::ERR')) complaints.push(message.text())
      })
      return Object.assign(page, { complaints })
    },
  )

/** Picks an option in a search field; an empty text picks the first option. */
export async function pick(field: Locator, text: string): Promise<void> {
  await field.fill(text)
  // The options may still be loading.
  await field.page().getByRole('option').and(field.page().locator('.active')).waitFor()
  await field.press('Enter')
}

/** Saves a screenshot of a page outside the repository. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}
