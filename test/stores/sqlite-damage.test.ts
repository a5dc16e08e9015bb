import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kind, type Outcome, outcomeOf, type Part, type Prepared, prepare, spoil } from './damages.ts'

/** A place at random may be one that nothing is read from. */
const REFUSED_OR_SAME = ['refused', 'same'] as const

/** Typical ones of those that `npm run test:damage` does at random: the state, how, where, the seed of the place, and the outcomes. */
const CASES: readonly (readonly ['closed' | 'killed', Kind, Part, number, readonly Outcome[]])[] = [
  ['closed', 'a row', '', 0, ['refused']],
  ['closed', 'an index', '', 0, ['refused']],
  ['closed', 'one bit', '', 1, REFUSED_OR_SAME],
  ['closed', 'some bytes', '', 2, REFUSED_OR_SAME],
  ['closed', 'a sector of zeros', '', 3, REFUSED_OR_SAME],
  ['closed', 'a page of 0xff', '', 4, REFUSED_OR_SAME],
  ['closed', 'two pages swapped', '', 5, REFUSED_OR_SAME],
  ['closed', 'the end cut off', '', 6, ['refused']],
  ['closed', 'no bytes', '', 0, ['refused']],
  ['closed', 'more bytes', '', 0, ['same']],
  ['killed', 'a row', '-wal', 0, ['refused']],
  ['killed', 'an index', '', 0, ['refused']],
  ['killed', 'no bytes', '', 0, ['refused']],
  ['killed', 'gone', '', 0, ['refused']],
  ['killed', 'one bit', '-wal', 1, ['refused', 'same', 'told']],
  ['killed', 'two pages swapped', '-wal', 3, ['refused', 'same', 'told']],
  ['killed', 'the end cut off', '-wal', 1, ['told', 'same']],
  ['killed', 'no bytes', '-wal', 0, ['refused']],
  ['killed', 'gone', '-wal', 0, ['refused']],
]

describe.for(['closed', 'killed'] as const)('a data file as it is after it was %s', (end) => {
  let directory: string
  let prepared: Prepared
  let file: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-damage-'))
    file = join(directory, 'mock.db')
    prepared = await prepare(join(directory, 'original.db'), end)
  })

  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('is used with its state', async () => {
    await prepared.copyTo(file)
    expect(await outcomeOf(file, prepared.state)).toEqual({ outcome: 'same', says: '' })
  })

  test('is used with its state whatever lies where shared memory would', async () => {
    await prepared.copyTo(file)
    await writeFile(`${file}-shm`, 'x'.repeat(32_768))
    expect(await outcomeOf(file, prepared.state)).toEqual({ outcome: 'same', says: '' })
  })

  test.for(CASES.filter(([of]) => of === end))('%s: %s%s, %i: %j', async ([, kind, part, seed, expected]) => {
    await prepared.copyTo(file)
    await spoil(file, part, kind, seed)
    const before = await readFile(file + part).catch(() => undefined)
    const { outcome, says } = await outcomeOf(file, prepared.state)

    expect(expected, says).toContain(outcome)
    if (outcome === 'refused' && before) expect((await readFile(file + part)).equals(before)).toBe(true)
  })
})
