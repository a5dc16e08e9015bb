import type { ControlEvent } from '../formats/event.ts'
import { readEvents } from '../read-events.ts'
import { ControlConnection } from './control-connection.ts'

/** What happens, as it happens. */
export class EventCalls extends ControlConnection {
  /**
   * Exchanges and changes of the state as they happen, until the server ends or `signal` is aborted. It is connected when `onOpen` is called.
   *
   * ```ts
   * for await (const event of control.events()) if (event.type === 'exchange') console.log(event.exchange.operation)
   * ```
   *
   * @param options `lastEventId`: id of an exchange; those since come first, or `resync` where the mock has not all of them any more
   */
  async *events(
    options: { readonly lastEventId?: string; readonly signal?: AbortSignal; readonly onOpen?: () => void } = {},
  ): AsyncGenerator<ControlEvent, void, undefined> {
    const { lastEventId, signal, onOpen } = options
    const body = await this.open('/events', { query: { last_event_id: lastEventId }, signal })
    onOpen?.()
    yield* readEvents(body)
  }
}
