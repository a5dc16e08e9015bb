import { join } from 'node:path'
import { describe, onTestFinished, test, vi } from 'vitest'
import { type BannerFacts, banner } from '../../src/cli/commands/serve.ts'
import { columnsOf } from '../../src/cli/output.ts'
import { createMock, engineOf } from '../../src/mock.ts'
import { MAIN } from './cli.ts'

const COLUMNS = 80
/** The line that is left of 24 is that of the cursor. */
const ROWS = 23
const HOME = '/home/somebody/shop'
const START = Date.parse('2020-01-01T00:00:00+08:00')

/** Every way to choose one value for each name. */
function combinations<T extends Record<string, readonly unknown[]>>(choices: T) {
  return Object.entries(choices).reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as { [K in keyof T]: T[K][number] }[]
}

const all = combinations({
  url: ['http://127.0.0.1:8089', 'http://127.0.0.1:35001', 'http://192.168.100.100:35001', 'http://[::1]:35001'],
  kept: [
    {},
    { data: 'mock.db' },
    { data: join(HOME, 'data/mock.db') },
    { store: 'redis://somebody@redis.example.com:6379/0?prefix=mock' },
  ],
  seed: [{ scenario: 'default' }, { file: 'seeds/shop.json' }, undefined],
  clock: [undefined, 'frozen', 'running'],
  signatureClock: ['mock', 'machine'],
  keyMode: ['both', 'certificate', 'public-key'],
  dataDir: ['.wechatpay-mock', 'my data'],
  proxy: ['', 'http://127.0.0.1:3128'],
} as const)

/** As somebody reads it who calls the program by npx. */
function asRead(text: string): string {
  return text.replaceAll(new RegExp(`\\S*node \\S*(?:${MAIN}|vitest\\S*|worker\\S*)`, 'g'), 'npx wechatpay-mock')
}

function rowsOf(text: string): number {
  const lines = text.replace(/\n$/, '').split('\n')
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / COLUMNS)), 0)
}

describe.for(['en', 'zh'] as const)('what serve prints, in %s', (language) => {
  test('fits 24 rows of 80 columns with any options', async ({ expect }) => {
    const clocks = { frozen: { now: START, frozen: true }, running: { now: START, frozen: false } }
    const mocks = {
      none: engineOf(createMock()),
      frozen: engineOf(createMock({ clockStart: clocks.frozen })),
      running: engineOf(createMock({ clockStart: clocks.running })),
    }
    onTestFinished(() => {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    })
    vi.spyOn(process, 'cwd').mockReturnValue(HOME)
    const tooLong: string[] = []
    for (const { kept, clock, seed, proxy, ...rest } of all) {
      vi.stubEnv('http_proxy', proxy)
      const facts: BannerFacts = {
        ...rest,
        ...kept,
        mock: mocks[clock ?? 'none'],
        version: '0.10.0',
        ...(seed && { seed }),
        ...(clock && { clock: clocks[clock] }),
      }
      const text = asRead(await banner(facts, language))
      if (rowsOf(text) > ROWS) tooLong.push(`${rowsOf(text)}\n${text}`)
    }
    expect(all.length).toBeGreaterThan(1_000)
    expect(tooLong.slice(0, 3).join('\n\n')).toBe('')
  })
})
