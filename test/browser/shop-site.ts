import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { RunningServer } from '../../src/doors/transports/node-server.ts'

/**
 * Opens a front end of another origin than the mock's, with the mock's script for front ends.
 *
 * @param program runs behind it
 * @param page in place of one with both
 * @param order answer to any POST
 */
export async function openSite(
  context: BrowserContext,
  server: RunningServer,
  {
    program = '',
    query = '',
    page:
      document = `<!doctype html><title>shop</title><script src="${server.url}/_mock/wx.js${query}"></script><script>${program}</script>`,
    order,
  }: {
    readonly program?: string
    readonly query?: string
    readonly page?: string
    readonly order?: object
  } = {},
): Promise<Page> {
  const site = createServer(({ method }, answer) => {
    if (method === 'POST') answer.setHeader('Content-Type', 'application/json').end(JSON.stringify(order))
    else answer.setHeader('Content-Type', 'text/html').end(document)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void site.close())
  const page = await context.newPage()
  onTestFinished(() => page.close())
  await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`)
  return page
}

/** Values that a program of the site has put aside as `calledBack`. */
export const calledBack = (site: Page) => site.evaluate<unknown>('window.calledBack')
