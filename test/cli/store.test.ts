import { describe, expect, test } from 'vitest'
import { cli } from './cli.ts'

const serve = (store: string, more: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  cli(['serve', '--port', '0', '--store', store, ...more], { env })

/** Lets the client library be one that is not installed. */
const WITHOUT_LIBRARY = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@redis/client')) throw Object.assign(new Error('Cannot find package'), { code: 'MODULE_NOT_FOUND' })
  return next(name, context)
} })`)}`

describe('a store that cannot be used is told in one line', () => {
  test.for([
    ['en', 'The store at redis://127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1. Start it'],
    ['zh', '无法使用存储 redis://127.0.0.1:1：connect ECONNREFUSED 127.0.0.1:1。请启动它'],
  ] as const)('that does not answer (%s), without its password', async ([lang, text]) => {
    const { code, stdout, stderr } = await serve('redis://ann:top-secret@127.0.0.1:1', ['--lang', lang])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(text)
    expect(stderr).not.toContain('top-secret')
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test.for([
    ['en', 'The prefix of a store is 1 to 100 of'],
    ['zh', '存储的地址不对（'],
  ] as const)('whose address is none (%s)', async ([lang, text]) => {
    const { code, stderr } = await serve('redis://127.0.0.1:1?prefix={x}', ['--lang', lang])

    expect(code).toBe(2)
    expect(stderr).toContain(text)
  })

  test('for which the client library is missing', async () => {
    const { code, stderr } = await serve('redis://127.0.0.1:1', [], { NODE_OPTIONS: `--import ${WITHOUT_LIBRARY}` })

    expect(code).toBe(2)
    expect(stderr).toContain('npm install @redis/client')
  })

  test('beside a data file', async () => {
    const { code, stderr } = await serve('redis://127.0.0.1:1', ['--data', 'mock.db'])

    expect(code).toBe(2)
    expect(stderr).toContain('give --data or --store, not both')
  })
})
