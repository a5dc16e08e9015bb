import { onTestFinished, test } from 'vitest'
import { openMock } from '../helpers/engine.ts'
import { aDataFile } from './data-files.ts'
import { expectCountedJournal } from './journal-suite.ts'

test('a mock with a data file counts what its journal has, and tells what faults have hit', async () => {
  const mock = await openMock({ data: await aDataFile() })
  onTestFinished(() => mock.close())

  await expectCountedJournal(mock, mock)
})
