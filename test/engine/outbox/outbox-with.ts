import { createCallbackSender } from '../../../src/engine/callbacks/callback-sender.ts'
import { Outbox } from '../../../src/engine/callbacks/due-deliveries.ts'
import type { Store } from '../../../src/engine/state/store.ts'
import type { OpenedMock } from '../../helpers/engine.ts'

/** A further outbox of a mock, with a store that the mock itself does not use. */
export function outboxWith(mock: OpenedMock, store: Store): Outbox {
  return new Outbox({
    store,
    clock: mock.clock,
    stopwatch: () => 0,
    ids: mock.ids,
    journal: mock.journal,
    merchants: mock.merchants,
    platformAt: (now) => mock.platformKeys.at(now),
    settings: () => mock.settings,
    publicKeyShareOf: () => 0,
    send: createCallbackSender(),
    faults: mock.faults,
    keepEnds: async () => {},
    progressed: () => {},
    allowedHosts: [],
  })
}
