import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openMock } from '../helpers/engine.ts'
import { expectCountedJournal } from '../stores/journal-suite.ts'
import { type RunningRedis, startRedis } from './redis-server.ts'

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.remove())

test('what the journal counts, and what faults have hit, is the same at every mock with that store', async () => {
  const store = `${redis.url}?prefix=${randomUUID()}`
  const open = async () => {
    const mock = await openMock({ store })
    onTestFinished(() => mock.close())
    return mock
  }
  const [called, asked] = [await open(), await open()]

  await expectCountedJournal(called, asked)

  expect(await called.control.journalPage()).toEqual(await asked.control.journalPage())
  expect(await called.control.firedFaults()).toEqual(await asked.control.firedFaults())
  await called.control.clearJournal()
  expect(await asked.control.firedFaults()).toEqual([])
})
