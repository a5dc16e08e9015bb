import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { cli } from '../cli/cli.ts'
import { representatives } from '../helpers/representative.ts'
import { findingsInBothThemes } from './axe.ts'
import { launchChromium } from './launch.ts'

test.for(representatives(['zh', 'en'] as const))(
  'the page of a contract is for everyone, on a desk and on a phone: %s',
  async (lang, { onTestFinished }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-contract-page-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const html = join(directory, 'page.html')
    await cli(['pact', 'show', 'contracts/pacts', '--html', html, '--lang', lang])
    const browser = await launchChromium()
    onTestFinished(() => browser.close())
    const context = await browser.newContext({ javaScriptEnabled: true })
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))

    await page.goto(pathToFileURL(html).href)
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(html).href])
    expect(await page.locator('article').count()).toBe(await page.locator('nav a').count())
    expect(await findingsInBothThemes(page)).toEqual([])

    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBe(0)
  },
)
