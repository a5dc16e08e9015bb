import { valuesFrom } from '../../engine/setting.ts'
import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import type { WechatPayMock } from '../../mock.ts'
import { type OpenMockOptions, openMock } from '../../open-mock.ts'
import { settings } from '../../products/settings.ts'
import { UsageError } from '../../protocol/errors.ts'
import { DataFileError } from '../../stores/data-file-error.ts'
import { StoreAddressError } from '../../stores/store-address-error.ts'
import { fileFault } from '../read-input.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'
import type { MockCommandOptions } from './mock-options.ts'
import { readSeed, type Seed } from './read-seed.ts'

/** A mock, and what its state began with. */
export interface SeededMock {
  readonly mock: WechatPayMock
  /** Left out for a data file or a store with a state of its own, which goes on. */
  readonly seed?: Seed
}

/**
 * A mock with its seed, or with the state of its data file or store. The seed is not even read where there is a state.
 *
 * @throws UsageError for a seed file that does not fit, and for a data file or a store that can not be used
 */
export async function openSeededMock(options: MockCommandOptions, texts: Texts): Promise<SeededMock> {
  const { data, store, randomSeed, journalLimit, diagnosis, clock, allowCallbackHost } = options
  if (data !== undefined && store !== undefined) throw usageError(texts.store.notBoth)
  let seed: Seed | undefined
  const told: OpenMockOptions = {
    async seed() {
      seed = await readSeed(options.seed, texts)
      return seed.world
    },
    ...valuesFrom(settings, { ...options }),
    journalLimit,
    diagnosis,
    ...(clock && { clockStart: clock }),
    ...(allowCallbackHost && { allowCallbackHosts: allowCallbackHost }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(data !== undefined && { data }),
    ...(store !== undefined && { store }),
  }
  try {
    const mock = await openMock(told)
    return { mock, ...(seed && { seed }) }
  } catch (error) {
    throw explain(error, seed, texts)
  }
}

function explain(error: unknown, seed: Seed | undefined, { serve, data, store, files }: Texts): unknown {
  if (error instanceof StoreAddressError)
    return usageError(store.faults[error.fault](error.address, error.reason), error)
  if (error instanceof DataFileError) {
    const { fault, file, reason, cause } = error
    const says = cause instanceof Error && 'syscall' in cause ? fileFault(cause, files) : reason
    return usageError(data.faults[fault](file, says), error)
  }
  if (error instanceof StoreUnavailable) return usageError(store.unavailable(error.message.replace(/\.$/, '')), error)
  if (!(error instanceof UsageError) || !seed?.file) return error
  const { path, message } = error
  return usageError(serve.seedUnfit(seed.file, message.startsWith(path) ? message : `${path}: ${message}`), error)
}
