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

/** The page's languages, and what it says in them. */
export const LANGUAGES = [
  ['en', en],
  ['zh-CN', zh],
] as const

/** A phone, with what makes it one for the page: fingers instead of a pointer. */
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
 * The context that the tests of a file share, in a language. Each test has a server of its own, and with it an origin and what is stored for that; a
 * context of its own costs more processor time than most tests.
 */
function sharedContext(language: Language): Promise<BrowserContext> {
  const context = contexts.get(language) ?? openContext(language).then(keepProcess)
  contexts.set(language, context)
  return context
}

/** Leaves a page open, so that there is always a process for pages of this machine, which takes long to start. */
async function keepProcess(context: BrowserContext): Promise<BrowserContext> {
  const page = await context.newPage()
  await page.route('**', (route) => route.fulfill({ body: '' }))
  await page.goto('http://127.0.0.1/')
  return context
}

export const test = base
  .extend('controlToken', undefined as string | undefined)
  .extend('language', 'en' as Language)
  /** Whether a test has a context to itself: what it does to time there, it does for all pages. */
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
  /** A page that reports everything that its security policy or its own code complains of. */
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
        // A connection that the server has ended is told of too, and is no complaint of the page.
        if (message.type() === 'error' && !message.text().includes('net::ERR')) complaints.push(message.text())
      })
      return Object.assign(page, { complaints })
    },
  )

/** Chooses in a field that searches; what is empty there chooses what stands first. */
export async function pick(field: Locator, text: string): Promise<void> {
  await field.fill(text)
  // The choices may still be loading.
  await field.page().getByRole('option').and(field.page().locator('.active')).waitFor()
  await field.press('Enter')
}

/** Keeps a picture of a page, out of the repository. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}
