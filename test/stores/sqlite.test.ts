import { SqliteStore } from '../../src/stores/sqlite.ts'
import { aDataFile } from './data-files.ts'
import { storeSuite } from './store-suite.ts'

storeSuite('the store in a file', async () => SqliteStore.open(await aDataFile()))
