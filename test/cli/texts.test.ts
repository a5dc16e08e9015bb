import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

describe('what the command line says', () => {
  const sources = fileURLToPath(new URL('../../src/cli/', import.meta.url))
  const texts = /^export const (\w*[tT]exts) = \{ en, zh \}$/m
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && texts.test(readFileSync(join(sources, file), 'utf8')),
  )
  const shapeOf = (texts: unknown): unknown =>
    typeof texts === 'object' && texts !== null
      ? Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, shapeOf(text)]))
      : typeof texts

  test('stands beside the program, each command, and the mock that commands start', () => {
    expect(files).toHaveLength(36)
  })

  test.for(files)('%s has the same texts in both languages', async (file) => {
    const [, name = ''] = texts.exec(readFileSync(join(sources, file), 'utf8')) ?? []
    const exported: Readonly<Record<string, Readonly<Record<'en' | 'zh', unknown>>>> = await import(join(sources, file))

    const { en, zh } = exported[name] ?? {}
    expect(en).toBeDefined()
    expect(shapeOf(zh)).toEqual(shapeOf(en))
  })
})
