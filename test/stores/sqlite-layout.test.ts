import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { aDataFile } from './data-files.ts'
import { SUITE_TABLES } from './store-suite.ts'

/** Counts the changes of tables and indexes of a closed file. */
function layoutChanges(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true })
  return database.prepare('PRAGMA schema_version').get()?.schema_version
}

test('a seed that is replaced by a small one keeps its tables and indexes, which take far longer to make than its rows', async () => {
  const file = await aDataFile()
  await (await SqliteStore.open(file, SUITE_TABLES)).close()
  const before = layoutChanges(file)
  const store = await SqliteStore.open(file, SUITE_TABLES)
  await store.replace({})
  await store.close()

  expect(layoutChanges(file)).toBe(before)
})
