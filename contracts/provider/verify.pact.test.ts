import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { verifyPacts } from '../kit/index.ts'

const directory = fileURLToPath(new URL('../pacts/', import.meta.url))
const files = readdirSync(directory).filter((name) => name.endsWith('.json'))

describe('the mock keeps the contracts', () => {
  test.for(files)('%s', async (name) => {
    const { ok, problems, interactions } = await verifyPacts({ pactFiles: [directory + name] })

    const broken = interactions.filter(({ ok }) => !ok)
    expect({ problems, broken }).toEqual({ problems: [], broken: [] })
    expect(interactions.length).toBeGreaterThan(0)
    expect(ok).toBe(true)
  })
})
