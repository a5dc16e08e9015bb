import { describe } from 'vitest'
import { createMock, openMock } from '../helpers/engine.ts'
import { aDataFile } from '../stores/data-files.ts'
import { tellStories } from './stories.ts'

describe('in memory', () => tellStories(async (options) => createMock(options)))

describe('in a data file', () =>
  tellStories(async ({ seed: _, store: __, ...options }) =>
    openMock({ ...options, seed: 'empty', data: await aDataFile() }),
  ))
