import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { type RefusedConnection, startServer } from '../../src/doors/transports/node-server.ts'
import { describePage, test } from './chromium.ts'

describePage('by an allowed name over plain HTTP', 'en', (words) => {
  // The browser sends no Sec-Fetch-Site there.
  test.override('allowedHosts', ['mock.test'])

  test('the dashboard saves views', async ({ page, server }) => {
    await server.control.playStory()
    await page.goto(`http://mock.test:${server.port}/_mock#/exchanges?callbacks=no`)
    await page.locator('.rows > li').first().waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: words.saved.save }).click()

    expect((await download).suggestedFilename()).toMatch(/^exchanges-.*\.html$/)
  })

  test('an image of another page does not get one', async ({ page }) => {
    const refused: RefusedConnection[] = []
    const server = await startServer({ port: 0, allowedHosts: ['mock.test'], onRefused: (one) => refused.push(one) })
    onTestFinished(() => server.close(0))
    const html = `<img referrerpolicy="no-referrer" src="http://mock.test:${server.port}/_mock/saved-view">`
    const evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(html))
    onTestFinished(() => void evil.close())
    await once(evil.listen(0, '127.0.0.1'), 'listening')
    // The browser keeps the answer from the page, whatever it is.
    const lost = page.waitForEvent('requestfailed')
    await page.goto(`http://evil.test:${(evil.address() as AddressInfo).port}/`)

    expect((await lost).url()).toContain('/_mock/saved-view')
    expect(refused).toEqual([{ reason: 'origin', host: '' }])
  })
})
