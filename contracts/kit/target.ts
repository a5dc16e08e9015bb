import type { FaultJson, PlannedFaultJson } from '../../src/control/answer-format.ts'
import type { Product } from '../../src/engine/product.ts'
import { createMock } from '../../src/mock.ts'
import { connectControl, type MockControl } from '../../src/mock-control.ts'
import type { Language } from '../../src/shared/texts.ts'
import { startServer } from '../../src/transports/node-server.ts'

/** Required size of the journal: the reason for a refusal is read at once, whatever else states and checks call. */
const JOURNAL_LIMIT = 100

/** A provider to verify. */
export interface Target {
  readonly url: string
  readonly control: MockControl
  /** Restores the previous state. */
  close(): Promise<void>
}

/** Location of the provider to verify. */
export interface TargetOptions {
  /** Address of a running mock, whose state is restored afterwards. Default: a new mock is started. */
  readonly url?: string
  readonly control?: MockControl
  readonly controlToken?: string
  readonly language?: Language
  readonly products?: readonly Product[]
}

/**
 * Starts a mock, or saves the state of a running one.
 *
 * @throws UsageError `MOCK_UNREACHABLE`, `MOCK_NOT_A_MOCK`, `MOCK_TOKEN` for a mock at `url` that cannot be used
 */
export async function openTarget({ url, control, controlToken, language, products }: TargetOptions): Promise<Target> {
  if (url === undefined) {
    const mock = createMock({
      seed: 'empty',
      journalLimit: JOURNAL_LIMIT,
      ...(language && { language }),
      ...(products && { products }),
    })
    const server = await startServer({ mock, port: 0 })
    return { url: server.url, control: mock.control, close: () => server.close(0) }
  }
  const running =
    control ??
    connectControl(url, {
      ...(controlToken !== undefined && { token: controlToken }),
      ...(language && { language }),
      ...(products && { products }),
    })
  return { url, control: running, close: await keepState(running) }
}

/** Saves the state of a running mock; the returned function restores it. The state becomes the seed, since only a whole world can be restored. */
async function keepState(control: MockControl): Promise<() => Promise<void>> {
  const [world, clock, settings, faults] = await Promise.all([
    control.world(),
    control.clock(),
    control.settings(),
    control.faults(),
  ])
  const kept = performance.now()
  return async () => {
    const now = Date.parse(clock.now) + (clock.frozen ? 0 : Math.round(performance.now() - kept))
    await control.setClock({ now: new Date(now), frozen: clock.frozen })
    await control.restore(world)
    await control.changeSettings(settings)
    await control.clearFaults()
    for (const fault of faults) await control.planFault(stillToCome(fault))
  }
}

/** The remaining part of a fault, as a plan. */
function stillToCome({ id: _, left, times: __, fired: ___, calls, nth, ...fault }: PlannedFaultJson): FaultJson {
  return {
    ...fault,
    ...(left !== undefined && { times: left }),
    ...(nth !== undefined && nth > calls && { nth: nth - calls }),
  }
}
