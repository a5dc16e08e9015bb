import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Language } from '../../shared/texts.ts'
import { defineCall } from '../call.ts'
import { summarizeExchange } from '../formats/exchange-summary.ts'
import { type ControlEvent, controlEventJson, describeStateChange } from '../formats/notification.ts'

export const events = defineCall({
  summary:
    'Server-sent events: exchanges and changes of the state as they happen. Data is the event without its type; a client that reads too slowly is dropped, and connects again with Last-Event-ID',
  query: z.strictObject({
    last_event_id: z
      .string()
      .max(100)
      .optional()
      .describe('for clients that cannot set Last-Event-ID: events since this one come first'),
  }),
  mediaType: 'text/event-stream',
  answer: controlEventJson,
  async handle({ query: { last_event_id } }, { mock, language, lastEventId = last_event_id, ending }) {
    return new Response(await eventStream(mock, { language, lastEventId, ending }), {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // Nothing follows on this connection once the stream has ended.
        Connection: 'close',
      },
    })
  },
})

/** Maximum number of events queued for a client. A slower client is dropped, and may reconnect. */
const WAITING_LIMIT = 1_000
/** Interval of the heartbeat on an idle stream, in milliseconds of the machine. */
const HEARTBEAT_MS = 15_000

const encoder = new TextEncoder()

/** Recent exchanges, serialised once per language however many clients listen. */
const writtenExchanges = new WeakMap<Exchange, Partial<Record<Language, string>>>()

/**
 * Server-sent events of a mock: exchanges and changes of the state as they happen, and a comment from time to time while the stream is idle.
 *
 * The id of an exchange is the id of its event. A client that sends it as `lastEventId` gets all later events, or `resync` if the journal does not
 * reach that far back.
 *
 * @param ending ends the stream, so that a server can stop
 */
export async function eventStream(
  mock: Mock,
  {
    language,
    lastEventId,
    ending,
  }: {
    /** Language of the remarks on exchanges. */
    readonly language: Language
    readonly lastEventId?: string | undefined
    readonly ending?: AbortSignal | undefined
  },
): Promise<ReadableStream<Uint8Array>> {
  const missed = lastEventId === undefined ? [] : await eventsSince(mock, lastEventId, language)
  let stop = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let heartbeat: ReturnType<typeof setInterval> | undefined
        const ends: (() => void)[] = []
        let open = true
        stop = () => {
          if (!open) return
          open = false
          clearInterval(heartbeat)
          ending?.removeEventListener('abort', end)
          for (const one of ends) one()
        }
        const end = () => {
          if (!open) return
          stop()
          controller.close()
        }
        const write = (text: string) => {
          if (!open) return
          if ((controller.desiredSize ?? 0) <= 0) end()
          else controller.enqueue(encoder.encode(text))
        }
        if (ending?.aborted) {
          end()
          return
        }
        // Sent at once, so that the client knows it is connected.
        write(': connected\n\n')
        for (const event of missed) write(written(event))
        ends.push(
          mock.journal.subscribe((exchange) => write(writtenOnce(mock, exchange, language))),
          mock.changes.subscribe((change) => write(written({ type: 'change', change: describeStateChange(change) }))),
        )
        ending?.addEventListener('abort', end)
        heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS)
        // A client that only listens does not keep the process alive.
        heartbeat.unref()
      },
      cancel: () => stop(),
    },
    new CountQueuingStrategy({ highWaterMark: WAITING_LIMIT }),
  )
}

async function eventsSince(mock: Mock, id: string, language: Language): Promise<readonly ControlEvent[]> {
  const exchanges = await mock.exchanges.list()
  const last = exchanges.findIndex((exchange) => exchange.id === id)
  const since = exchanges.slice(last + 1)
  return last === -1 || since.length >= WAITING_LIMIT / 2
    ? [{ type: 'resync' }]
    : since.map((one) => exchangeEvent(mock, one, language))
}

function exchangeEvent(mock: Mock, exchange: Exchange, language: Language): ControlEvent {
  return { type: 'exchange', exchange: summarizeExchange(mock, exchange, language) }
}

function writtenOnce(mock: Mock, exchange: Exchange, language: Language): string {
  const byLanguage = writtenExchanges.get(exchange) ?? {}
  writtenExchanges.set(exchange, byLanguage)
  byLanguage[language] ??= written(exchangeEvent(mock, exchange, language))
  return byLanguage[language]
}

function written(event: ControlEvent): string {
  const { type, ...data } = event
  const id = event.type === 'exchange' ? `id: ${event.exchange.id}\n` : ''
  return `event: ${type}\n${id}data: ${JSON.stringify(data)}\n\n`
}
