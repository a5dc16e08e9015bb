import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
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

const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url))

let browser: Promise<Browser> | undefined

/** Shared by the tests of a file. */
function launch(): Promise<Browser> {
  browser ??= launchChromium()
  return browser
}

export const test = base
  .extend('controlToken', undefined as string | undefined)
  .extend('language', 'en' as 'en' | 'zh-CN')
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
  .extend('page', async ({ language }, { onCleanup }): Promise<Page & { complaints: string[] }> => {
    const context = await (await launch()).newContext({
      locale: language,
      viewport: { width: 1360, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    onCleanup(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(8_000)
    const complaints: string[] = []
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      // A connection that the server has ended is told of too, and is no complaint of the page.
      if (message.type() === 'error' && !message.text().includes('net::ERR')) complaints.push(message.text())
    })
    return Object.assign(page, { complaints })
  })

/** Keeps a picture of a page, out of the repository. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}
