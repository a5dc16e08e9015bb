/**
 * Creates the pictures of the documentation, in `docs/pictures/`: the dashboard with a call whose signature failed, and with one as code; the output
 * of `explain` for the former in a terminal; two phones beside what they cause; the page on which transfers are confirmed,
 * and the cashier. Real calls, real pages and real output, in English and Chinese. `npm run docs:pictures` builds the pages first.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { en } from '../../dashboard/texts/en.ts'
import { zh } from '../../dashboard/texts/zh.ts'
import { type RunningServer, startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { CHROMIUM, launchChromium } from '../../test/browser/launch.ts'
import { startReceiver } from '../../test/helpers/receiver.ts'
import { type Pixels, palettePng } from './palette-png.ts'
import { tellMorning, tellOfPhones } from './story.ts'
import { pageOfTransfer } from './transfer-page.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
/** Larger pictures load slowly for readers. */
const MOST_BYTES = 250_000
/** Time of the mock's clock, so that pictures differ only in their content. */
const NOW = Date.parse('2026-11-27T10:24:00+08:00')

const LANGUAGES = [
  { name: 'en', locale: 'en', words: en },
  { name: 'zh-CN', locale: 'zh-CN', words: zh },
] as const

type Language = (typeof LANGUAGES)[number]

/** Makes the computer's clock agree with the mock's, so that no difference is reported. */
async function agreeOnTime(page: Page, { control }: RunningServer): Promise<void> {
  await page.clock.setFixedTime((await control.clock()).now)
}

async function drawDashboard(
  browser: Browser,
  server: RunningServer,
  { name, locale, words }: Language,
): Promise<void> {
  const page = await browser.newPage({ locale, viewport: { width: 1280, height: 1010 }, colorScheme: 'light' })
  await agreeOnTime(page, server)
  await page.goto(`${server.url}/_mock`)
  await page.getByRole('link', { name: /^401/ }).click()
  await page.getByText(words.diagnosis.verdicts.proved).waitFor()
  await keep(`dashboard.${name}.png`, browser, await page.screenshot())
  await page.getByRole('link', { name: /^200.*sxxe34343434/ }).click()
  await page.getByText(words.asCode.title, { exact: true }).click()
  await page.locator('.program-choices').getByText('pytest').click()
  const code = page.locator('details:has(.program-choices)')
  await code.getByText('def test_').waitFor()
  await keep(`as-code.${name}.png`, browser, await code.screenshot())
  await page.close()
}

/** Two phones, one paying. */
async function drawPhones(browser: Browser, { name, locale }: Language): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const server = await startMock()
  stack.defer(() => server.close(0))
  const receiver = await startReceiver()
  stack.defer(() => receiver.close())
  await tellOfPhones(server, receiver, () => NOW)
  const page = await browser.newPage({ locale, viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
  await agreeOnTime(page, server)
  await page.goto(`${server.url}/_mock#/stage`)
  for (const phone of [2, 1]) {
    const button = page.frameLocator(`.phone:nth-of-type(${phone}) iframe`).locator('.actions button').first()
    await button.waitFor()
    if (phone === 1) await button.click()
  }
  await page.locator('.sequence svg text').getByText('TRANSACTION.SUCCESS #1').waitFor()
  await keep(`stage.${name}.png`, browser, await page.screenshot())
  await page.close()
}

const startMock = () => startServer({ mock: createMock({ clockStart: { now: NOW }, randomSeed: 'pictures' }), port: 0 })

/** Output of a command, whatever its exit code. */
const outputOf = (args: readonly string[]) =>
  new Promise<string>((resolve) => {
    execFile(process.execPath, ['src/cli/main.ts', ...args], { cwd: root }, (_, stdout) => resolve(stdout))
  })

async function drawExplain(browser: Browser, server: RunningServer, { name, locale }: Language): Promise<void> {
  const [refused] = (await server.control.journal()).filter(({ response }) => response?.status === 401)
  if (!refused) throw new Error('No call was refused')
  const output = await outputOf(['explain', '--id', refused.id, '--url', server.url, '--lang', locale.slice(0, 2)])
  const page = await browser.newPage({ locale, viewport: { width: 1080, height: 400 } })
  await page.setContent(terminal(`npx wechatpay-mock explain --id ${refused.id}`, output.trimEnd(), locale))
  await keep(`explain.${name}.png`, browser, await page.locator('main').screenshot())
  await page.close()
}

async function drawTransferPage(browser: Browser, server: RunningServer, { name, locale }: Language): Promise<void> {
  const page = await browser.newPage({ locale, viewport: { width: 390, height: 860 }, colorScheme: 'light' })
  await page.goto(server.url + (await pageOfTransfer(server.control, { out_bill_no: 'FY20261127001' })))
  await page.locator('.sheet').waitFor()
  await keep(`transfer-page.${name}.png`, browser, await page.screenshot())
  await page.close()
}

async function drawCashier(browser: Browser, server: RunningServer, { name, locale }: Language): Promise<void> {
  const page = await browser.newPage({ locale, viewport: { width: 390, height: 860 }, colorScheme: 'light' })
  const prepay_id = `wx27102400${locale}`
  await server.control.addOrder({ state: 'NOTPAY', total: 2_900, description: '拿铁咖啡', prepay_id })
  await page.goto(`${server.url}/_mock/cashier?prepay_id=${prepay_id}`)
  await page.locator('.sheet').waitFor()
  await keep(`cashier.${name}.png`, browser, await page.screenshot())
  await page.close()
}

async function keep(file: string, browser: Browser, screenshot: Buffer): Promise<void> {
  const picture = palettePng(await pixelsOf(browser, screenshot))
  writeFileSync(PICTURES + file, picture)
  console.log(`docs/pictures/${file}: ${Math.ceil(picture.length / 1_000)} kB`)
  if (picture.length > MOST_BYTES) throw new Error(`${file} has more than ${MOST_BYTES / 1_000} kB`)
}

/**
 * Decodes a picture in the browser, on an empty page, since the dashboard may not load anything. In JavaScript: the tools do not have the browser's
 * types.
 */
async function pixelsOf(browser: Browser, png: Buffer): Promise<Pixels> {
  const page = await browser.newPage()
  const { width, height, base64 } = await page.evaluate<
    Record<'width' | 'height', number> & { base64: string }
  >(`(async () => {
    const blob = new Blob([Uint8Array.fromBase64('${png.toString('base64')}')])
    const bitmap = await createImageBitmap(blob)
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d')
    context.drawImage(bitmap, 0, 0)
    return { width, height, base64: new Uint8Array(context.getImageData(0, 0, width, height).data).toBase64() }
  })()`)
  await page.close()
  return { width, height, rgba: Buffer.from(base64, 'base64') }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A terminal as a page. The fix for a cause stands out. */
function terminal(command: string, output: string, language: string): string {
  const lines = output.split('\n').map((line) => {
    const tag = /^ *→/.test(line) ? 'b' : 'span'
    return `<${tag}>${escaped(line)}\n</${tag}>`
  })
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><style>
    body { margin: 0; background: #fff }
    main { padding: 20px 24px 24px; background: #14201b; color: #d7e2dc; border-radius: 10px; font: 15px/1.5 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace }
    pre { margin: 0; font: inherit; white-space: pre-wrap; word-break: break-all; line-break: anywhere }
    i { color: #6fcf97; font-style: normal } b { color: #f4d06f; font-weight: normal }
  </style><main><pre><i>$</i> ${escaped(command)}\n${lines.join('')}</pre></main></html>`
}

/** @throws Error if characters would be drawn as empty boxes */
function checkFonts(): void {
  if (execFileSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' }).trim() === '') {
    throw new Error('No font has Chinese characters. On Debian: apt-get install fonts-noto-cjk')
  }
}

if (CHROMIUM === undefined) throw new Error('There is no Chromium. Install one, or name it in CHROMIUM.')
checkFonts()
mkdirSync(PICTURES, { recursive: true })
const server = await startMock()
const browser = await launchChromium()
try {
  await tellMorning(server, () => NOW)
  for (const language of LANGUAGES) {
    await drawDashboard(browser, server, language)
    await drawExplain(browser, server, language)
    await drawTransferPage(browser, server, language)
    await drawCashier(browser, server, language)
    await drawPhones(browser, language)
  }
} finally {
  await browser.close()
  await server.close(0)
}
