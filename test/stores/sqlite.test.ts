import { expect, onTestFinished, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { openMock } from '../helpers/engine.ts'
import { aDataFile } from './data-files.ts'
import { documentsSuite } from './documents-suite.ts'
import { expectCountedJournal } from './journal-suite.ts'
import { ReopeningStore } from './reopening-store.ts'
import { sortedSuite } from './sorted-suite.ts'
import { SUITE_TABLES, storeSuite } from './store-suite.ts'

storeSuite('the store in a file', async () => SqliteStore.open(await aDataFile(), SUITE_TABLES))
storeSuite('the store in a file that is closed and opened again before each call', async () =>
  ReopeningStore.open(await aDataFile()),
)
sortedSuite('the store in a file', async () => SqliteStore.open(await aDataFile(), SUITE_TABLES))
sortedSuite('the store in a file that is closed and opened again before each call', async () =>
  ReopeningStore.open(await aDataFile()),
)
documentsSuite('a store in a file', async () => SqliteStore.open(await aDataFile(), SUITE_TABLES))

test('the suite does open the file again', async () => {
  const store = await ReopeningStore.open(await aDataFile())
  await store.transaction(() => undefined)
  await store.reset()

  expect(store.reopened).toBe(2)
})

test('a mock with a data file counts what its journal has, and tells what faults have hit', async () => {
  const mock = await openMock({ data: await aDataFile() })
  onTestFinished(() => mock.close())

  await expectCountedJournal(mock, mock)
})
