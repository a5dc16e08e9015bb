import { valuesFrom } from '../../engine/setting.ts'
import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import type { WechatPayMock } from '../../mock.ts'
import { type OpenMockOptions, openMock } from '../../open-mock.ts'
import { settings } from '../../products/settings.ts'
import { UsageError } from '../../protocol/errors.ts'
import { usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { warn } from '../output.ts'
import type { MockCommandOptions } from './mock-options.ts'
import { readSeed, type Seed } from './read-seed.ts'
import { texts } from './texts.ts'

/** A mock, and the seed that its state began with. */
export interface SeededMock {
  readonly mock: WechatPayMock
  /** Left out for a data file or a store that already has a state, which continues. */
  readonly seed?: Seed
}

/**
 * A mock with its seed, or with the state of its data file or store. If there is a state, the seed is not even read.
 *
 * @throws UsageError for a seed file that does not fit, and for a data file or a store that cannot be used
 */
export async function openSeededMock(options: MockCommandOptions, language: Language): Promise<SeededMock> {
  const { data, store, randomSeed, journalLimit, diagnosis, clock, allowCallbackHost } = options
  if (data !== undefined && store !== undefined) throw usageError(texts[language].store.notBoth)
  let seed: Seed | undefined
  const told: OpenMockOptions = {
    async seed() {
      seed = await readSeed(options.seed, language)
      return seed.world
    },
    ...valuesFrom(settings, { ...options }),
    journalLimit,
    diagnosis,
    language,
    ...(clock && { clockStart: clock }),
    ...(allowCallbackHost && { allowCallbackHosts: allowCallbackHost }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(data !== undefined && { data }),
    ...(store !== undefined && { store }),
    onWarning: (warning) => warn(warning.texts[language]),
  }
  try {
    const mock = await openMock(told)
    return { mock, ...(seed && { seed }) }
  } catch (error) {
    throw explain(error, seed, language)
  }
}

function explain(error: unknown, seed: Seed | undefined, language: Language): unknown {
  const own = texts[language]
  if (error instanceof StoreUnavailable)
    return usageError(own.store.unavailable(error.texts[language].replace(/[.。]$/, '')), error)
  if (!(error instanceof UsageError) || !seed?.file) return error
  const { path } = error
  const says = error.texts[language]
  return usageError(own.seedUnfit(seed.file, says.startsWith(path) ? says : own.placed(path, says)), error)
}
