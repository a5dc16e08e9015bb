/**
 * Takes pictures of every view of the dashboard, and of the other pages, in each of their states, for review after a change: `npm run survey --
 * build/survey`. It prints the problems that it detects itself: a page wider than the window, texts that are cut off, touch targets that are too
 * small, and errors. `--help` lists what can be left out.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { createMock as createBuiltMock, products } from 'wechatpay-mock'
import { startServer as startBuiltServer } from 'wechatpay-mock/node'
import { en } from '../../dashboard/texts/en.ts'
import { zh } from '../../dashboard/texts/zh.ts'
import { type RunningServer, startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { CHROMIUM, launchChromium } from '../../test/browser/launch.ts'
import { loyalty } from '../../test/products/loyalty/index.ts'
import { type Scene, scenesOf, type Words } from './scenes.ts'
import { tellEverything } from './story.ts'

const HELP = `Takes pictures of every view of the dashboard, and of the other pages, in each of their states.

  npm run survey -- FOLDER [options]

  --scenes NAMES      views, or scenes as they are listed here, with commas between them; default: all
  --widths PIXELS     default: 1440,1024,390
  --height PIXELS     default: 900; more shows more of what scrolls
  --languages CODES   default: en,zh-CN
  --schemes NAMES     default: light,dark
  --forced-colors     as with the high contrast of an operating system

A page at 200 % is that of half the width: --widths 720.`

const { values: options, positionals } = argumentsOf({
  allowPositionals: true,
  options: {
    scenes: { type: 'string' },
    widths: { type: 'string', default: '1440,1024,390' },
    height: { type: 'string', default: '900' },
    languages: { type: 'string', default: 'en,zh-CN' },
    schemes: { type: 'string', default: 'light,dark' },
    'forced-colors': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const LANGUAGES: Readonly<Record<string, Words>> = { en, 'zh-CN': zh }
const SCHEMES = ['light', 'dark'] as const

/** Maximum width, in pixels, at which the page is viewed as on a phone. */
const WIDEST_PHONE = 480

/** How the page is shown. */
interface Look {
  readonly width: number
  readonly language: string
  readonly scheme: (typeof SCHEMES)[number]
}

/** As `parseArgs` reads them; unknown arguments are misuse. */
function argumentsOf<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    return misused(`${error instanceof Error ? error.message : String(error)}.`)
  }
}

function misused(reason: string): never {
  console.error(`${reason} --help says what can be given.`)
  process.exit(2)
}

/** The values of an option, separated by commas. */
function valuesOf<Value>(name: keyof typeof options, read: (text: string) => Value | undefined): readonly Value[] {
  return String(options[name])
    .split(',')
    .map((text) => read(text) ?? misused(`--${name} cannot be ${text}.`))
}

const pixels = (text: string) => (/^[1-9]\d{2,3}$/.test(text) ? Number(text) : undefined)
const nameOf = ({ view, state }: Scene) => `${view}-${state}`

/** Problems that the browser itself can detect. In JavaScript: the tools do not have the browser's types. */
const FINDINGS = `(() => {
  const found = []
  const isPhone = matchMedia('(pointer: coarse)').matches
  const least = isPhone ? 40 : 24
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) found.push(\`the page is \${scrollWidth - clientWidth} px wider than the window\`)
  const named = (element) => \`\${element.localName}.\${element.className}: \${(element.ariaLabel ?? element.textContent).trim().slice(0, 50)}\`
  for (const element of document.querySelectorAll('main *, header nav *, header .tools *, dialog *')) {
    const { overflowX, textOverflow } = getComputedStyle(element)
    const { width, height } = element.getBoundingClientRect()
    if (width <= 1 || height <= 1) continue
    if (overflowX === 'hidden' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1) found.push('cut off: ' + named(element))
    const isHidden = element.type === 'checkbox' || element.matches('.choices input, .file-button input')
    if (element.matches('button, .button, select, input, textarea, summary, nav a') && height < least && !isHidden) found.push(\`only \${Math.round(height)} px high: \` + named(element))
    if (isPhone && element.matches('select, input, textarea') && parseFloat(getComputedStyle(element).fontSize) < 16 && !isHidden) found.push('zoomed in on: ' + named(element))
  }
  return found
})()`

async function draw(page: Page, scene: Scene, server: RunningServer, look: Look): Promise<void> {
  const name = `${nameOf(scene)}-${look.width}-${look.scheme}-${look.language}`
  try {
    await show(page, scene, server, LANGUAGES[look.language] ?? en)
    for (const finding of await page.evaluate<string[]>(FINDINGS)) console.log(`${name}: ${finding}`)
  } catch (error) {
    // The others are still worth a look.
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

async function show(page: Page, scene: Scene, server: RunningServer, words: Words): Promise<void> {
  // The same page with another fragment would not be reloaded.
  await page.goto('about:blank')
  const address = typeof scene.address === 'string' ? scene.address : await scene.address(server.control)
  await page.goto(server.url + (address.startsWith('/_mock') ? address : `/_mock#${address}`))
  await settled(page)
  if (scene.mock === 'leaving') {
    await page.locator('header .clock').waitFor()
    await server.close(0)
    await page.locator('.pulse.lost').waitFor()
  }
  await scene.act?.(page, words)
  await settled(page)
}

/** Waits until all loading has finished. */
async function settled(page: Page): Promise<void> {
  await page.locator('main > *').first().waitFor()
  // Nothing is loaded behind the dialog for the token.
  await page.locator('body:not(:has(dialog[open])) .loading').first().waitFor({ state: 'detached' })
  await page.waitForTimeout(250)
}

async function open(browser: Browser, { width, language, scheme }: Look): Promise<Page> {
  const context = await browser.newContext({
    locale: language,
    colorScheme: scheme,
    viewport: { width, height },
    // Touch, and a phone's other behaviour.
    ...(width <= WIDEST_PHONE && { isMobile: true, hasTouch: true }),
    forcedColors: options['forced-colors'] ? 'active' : 'none',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', ({ message }) => console.log(`${page.url()}: ${message}`))
  return page
}

if (options.help) {
  console.log(HELP)
  process.exit(0)
}
const [folder = misused('Give the folder that the pictures are written to.'), ...others] = positionals
if (others.length > 0) misused('The pictures are written to one folder.')
if (CHROMIUM === undefined) misused('There is no Chromium. Install one, or name it in CHROMIUM.')
const [height = 900] = valuesOf('height', pixels)
const schemes = valuesOf('schemes', (text) => SCHEMES.find((one) => one === text))
const languages = valuesOf('languages', (text) => (Object.hasOwn(LANGUAGES, text) ? text : undefined))
const looks: readonly Look[] = valuesOf('widths', pixels).flatMap((width) =>
  schemes.flatMap((scheme) => languages.map((language) => ({ width, scheme, language }))),
)
mkdirSync(folder, { recursive: true })

const start = (controlToken?: string) =>
  startServer({
    mock: createMock({ randomSeed: 'pictures' }),
    port: 0,
    ...(controlToken !== undefined && { controlToken }),
  })
/** A custom product imports the package as published. */
async function startOwn(): Promise<RunningServer> {
  const own = createBuiltMock({ products: [...products, loyalty], randomSeed: 'pictures' })
  await own.control.addCard({ card_id: 'CARD_1', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', stamps: 3 })
  await own.control.addCard({ card_id: 'CARD_2', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' })
  return startBuiltServer({ mock: own, port: 0 })
}

const servers = { told: await start(), fresh: await start(), guarded: await start('secret'), own: await startOwn() }
const told = await tellEverything(servers.told)
const browser = await launchChromium()
try {
  const scenes = scenesOf(told)
  const wanted = options.scenes?.split(',') ?? scenes.map(({ view }) => view)
  const unknown = wanted.filter((name) => !scenes.some((scene) => name === scene.view || name === nameOf(scene)))
  if (unknown.length > 0)
    misused(`There is no scene ${unknown.join(', ')}. There are: ${scenes.map(nameOf).join(', ')}.`)
  const pages = await Promise.all(looks.map(async (look) => ({ look, page: await open(browser, look) })))
  for (const scene of scenes) {
    const { view, mock = 'told', prepare, restore } = scene
    const { control } = servers.told
    await prepare?.(control)
    if (wanted.includes(view) || wanted.includes(nameOf(scene))) {
      for (const { look, page } of pages) {
        const server = mock === 'lone' || mock === 'leaving' ? await start() : servers[mock]
        await draw(page, scene, server, look)
        if (mock === 'lone') await server.close(0)
      }
    }
    await restore?.(control)
  }
} finally {
  await browser.close()
  await told.close()
  for (const server of Object.values(servers)) await server.close(0)
}
