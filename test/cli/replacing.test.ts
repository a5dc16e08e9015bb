import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { allowReplacing } from '../../src/cli/files.ts'

/** Outcome when a user at a terminal gives an answer, or closes the input without one. */
async function atTerminal(answer: string | undefined, language: 'en' | 'zh' = 'en') {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = Object.assign(new PassThrough(), { isTTY: true })
  input.end(answer)
  const replaced = await allowReplacing(['seed.json'], undefined, language, { input, output }).then(
    () => true,
    (error: Error) => error.message,
  )
  output.end()
  return { replaced, said: await text(output) }
}

describe('a file that is there is replaced', () => {
  test.for(['y\n', 'Y\n', 'yes\n', ' yes \r\n', '是\n'])('when a person at the terminal says %j', async (answer) => {
    const { replaced, said } = await atTerminal(answer)

    expect(replaced).toBe(true)
    expect(said).toContain('Already there: seed.json. Replace? [y/N] ')
  })

  test.for(['n\n', '\n', 'what?\n', undefined])('but not when they say %j', async (answer) => {
    expect((await atTerminal(answer)).replaced).toBe('Left as it was: seed.json')
  })

  test('in Chinese', async () => {
    expect(await atTerminal('n\n', 'zh')).toMatchObject({
      replaced: 'seed.json 未改动',
      said: expect.stringContaining('seed.json 已存在，是否替换？[y/N] '),
    })
  })

  test('without a question when there is none, or with --force', async () => {
    const terminal = { input: new PassThrough(), output: new PassThrough() }

    await allowReplacing([], undefined, 'en', terminal)
    await allowReplacing(['seed.json'], true, 'en', terminal)
    await expect(allowReplacing(['a', 'b'], undefined, 'en', terminal)).rejects.toThrow(
      'Already there, and replaced only with --force: a, b',
    )
  })
})
