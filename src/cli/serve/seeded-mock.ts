import type { WorldJson } from '../../control/world-format.ts'
import { createMock, type MockOptions, type WechatPayMock } from '../../mock.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'
import type { MockCommandOptions } from './mock-options.ts'
import type { Seed } from './read-seed.ts'

/**
 * A mock with its seed; one that brings merchants along is restored, since their keys take time to make.
 *
 * @throws UsageError for a seed file that does not fit
 */
export async function createSeededMock(seed: Seed, options: MockCommandOptions, texts: Texts): Promise<WechatPayMock> {
  const { orders, auth, keyMode, signatureClock, randomSeed, journalLimit, clock, allowCallbackHost } = options
  const { rateLimit, stockReadyAfter, callbackPublicKeyShare, diagnosis } = options
  const settings: MockOptions = {
    orders,
    auth,
    keyMode,
    rateLimit,
    stockReadyAfter,
    ...(callbackPublicKeyShare !== undefined && { callbackPublicKeyShare }),
    signatureClock,
    journalLimit,
    diagnosis,
    ...(clock && { clockStart: clock }),
    ...(allowCallbackHost && { allowCallbackHosts: allowCallbackHost }),
    ...(randomSeed !== undefined && { randomSeed }),
  }
  try {
    if (!hasMerchants(seed.world)) return createMock({ ...settings, seed: seed.world })
    const mock = createMock({ ...settings, seed: 'empty' })
    await mock.control.restore(seed.world)
    return mock
  } catch (error) {
    if (!(error instanceof UsageError) || !seed.file) throw error
    const { path, message } = error
    throw usageError(
      texts.serve.seedUnfit(seed.file, message.startsWith(path) ? message : `${path}: ${message}`),
      error,
    )
  }
}

function hasMerchants(world: unknown): boolean {
  return typeof world === 'object' && world !== null && Array.isArray((world as WorldJson).merchants)
}
