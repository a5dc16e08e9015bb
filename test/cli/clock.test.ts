import { createServer } from 'node:http'
import { describe, expect, test as plain } from 'vitest'
import { followMove } from '../../src/cli/commands/clock.ts'
import type { ClockJson } from '../../src/control/answer-format.ts'
import { listen } from '../doors/transports/raw-connection.ts'
import { cli, misuse, test } from './cli.ts'

const NOON = '2026-11-25T12:00:00+08:00'
const STILL: ClockJson = { now: '2026-11-25T12:00:00.000+08:00', frozen: true }

describe('clock', () => {
  test('shows, moves, sets, freezes and unfreezes the clock of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', `frozen@${NOON}`])
    const clock = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(['clock', ...args], { env: { WECHATPAY_MOCK_URL: url } })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }

    expect(await clock()).toBe('2026-11-25T12:00:00.000+08:00, frozen\n')
    expect(await clock('advance', 'P1D')).toBe('2026-11-26T12:00:00.000+08:00, frozen\n')
    expect(await clock('advance', '--', '-PT5M')).toBe('2026-11-26T11:55:00.000+08:00, frozen\n')
    expect(await clock('advance', '300', '--lang', 'zh')).toBe('2026-11-26T12:00:00.000+08:00，已冻结\n')
    expect(JSON.parse(await clock('freeze', NOON, '--json'))).toEqual(STILL)
    expect(await clock('run')).toMatch(/^2026-11-25T12:00:\d\d\.\d{3}\+08:00, running\n$/)
    expect(JSON.parse(await clock('set', 'machine', '--json'))).toMatchObject({ frozen: false })
    expect(await clock('freeze')).toMatch(/, frozen\n$/)
  })

  test('a move that cannot begin, or does not come to its end, is exit code 1', async () => {
    const refusal = JSON.stringify({ code: 'MOCK_CLOCK_BUSY', message: 'The clock is already being moved.', path: '' })
    const port = await listen(createServer((_, response) => response.writeHead(409).end(refusal)))

    expect(await cli(['clock', 'advance', 'P1D', '--url', `http://127.0.0.1:${port}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wechatpay-mock: The clock is already being moved.\n',
    })
  })

  test('words that it does not know, or that lack something, are exit code 2', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', `frozen@${NOON}`])

    expect(await misuse(['clock', 'advance', 'P1Y', '--url', url])).toContain('Months and years have no fixed length')
    expect(await misuse(['clock', 'set', 'noon', '--url', url])).toContain('a time with offset is needed')
    expect(await misuse(['clock', 'leap'])).toContain('use one of show, advance, set, freeze, run')
    expect(await misuse(['clock', 'advance'])).toContain('value')
    expect(await misuse(['clock', 'run', 'P1D'])).toContain('run takes no value')
  })
})

/** A move that is looked at three times, and what it writes. */
async function followed(isTTY: boolean, language: 'en' | 'zh'): Promise<readonly string[]> {
  const written: string[] = []
  const move = Promise.withResolvers<ClockJson>()
  let looks = 0
  const look = async (): Promise<ClockJson> => {
    looks++
    if (looks === 3) move.resolve(STILL)
    return looks === 1 ? STILL : { ...STILL, moving: { to: NOON, delivered: looks * 1_600, due: 10_000 } }
  }
  const output = { isTTY, write: (text: string) => written.push(text) > 0 }
  expect(await followMove(move.promise, look, language, output, async () => {})).toEqual(STILL)
  return written
}

describe('the progress of a move', () => {
  plain('is one line of a terminal, which disappears', async () => {
    const written = await followed(true, 'en')
    expect(written[0]).toBe('\r\u001B[K3,200 of 10,000 callbacks')
    expect(written.at(-1)).toBe('\r\u001B[K')
  })

  plain('is a line each elsewhere', async () => {
    const [first] = await followed(false, 'zh')
    expect(first).toBe('已发送 3,200 / 10,000 个回调\n')
  })

  plain('leaves a refusal to the move', async () => {
    const refusal = new Error('refused')
    const output = { isTTY: true, write: () => true }
    const look = () => new Promise<never>(() => {})
    await expect(followMove(Promise.reject(refusal), look, 'en', output, async () => {})).rejects.toBe(refusal)
  })
})
