import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { StateChange } from '../../engine/state/store.ts'
import { onceFor, unhurried } from '../../wire/shared/pieces.ts'
import type { Language } from '../../wire/shared/texts.ts'
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

/** How many events, and characters of them, wait for a client at most. A slower client is dropped, and may connect again. */
const MOST_WAITING = { events: 1_000, characters: 4_194_304 } as const
/** Maximum number of missed events that a client is sent. */
const MOST_MISSED = 500
/** Interval of the heartbeat on an idle stream, in milliseconds of the machine. */
const HEARTBEAT_MS = 15_000

/** Sent at once, so that a client knows that it is connected. */
const CONNECTED = ': connected\n\n'
const ALIVE = ': alive\n\n'

const encoder = new TextEncoder()

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
  const first = [CONNECTED]
  const waiting: string[] = []
  let characters = 0
  let isOpen = true
  let isWanted = true
  /** Exchanges that come while the journal is read for what was missed may be in it or not, and a shared journal has some before they are announced. */
  let isReading = lastEventId !== undefined
  const told = new Set<string>()
  let wake = () => {}
  const write = (text: string) => {
    waiting.push(text)
    characters += text.length
    if (waiting.length > MOST_WAITING.events || characters > MOST_WAITING.characters) {
      waiting.length = 0
      end()
    }
    wake()
  }
  const heartbeat = setInterval(() => write(ALIVE), HEARTBEAT_MS)
  // A client that only listens does not keep the process alive.
  heartbeat.unref()
  const subscriptions = [
    mock.journal.subscribe((exchange) => {
      if (told.has(exchange.id)) return
      if (isReading) told.add(exchange.id)
      write(ofExchange(mock, exchange, language))
    }),
    mock.changes.subscribe((change) => write(ofChange(change))),
  ]
  const end = () => {
    isOpen = false
    clearInterval(heartbeat)
    ending?.removeEventListener('abort', end)
    for (const unsubscribe of subscriptions) unsubscribe()
    wake()
  }
  ending?.addEventListener('abort', end)
  if (ending?.aborted) end()
  try {
    const since = lastEventId === undefined ? [] : await exchangesSince(mock, lastEventId)
    if (since === 'unknown') first.push(written({ type: 'resync' }))
    else {
      for await (const exchange of unhurried(since)) {
        if (told.has(exchange.id)) continue
        told.add(exchange.id)
        first.push(ofExchange(mock, exchange, language))
      }
    }
  } catch (error) {
    end()
    throw error
  }
  isReading = false

  const next = async (): Promise<string | undefined> => {
    const text = first.shift()
    if (text !== undefined) return text
    while (waiting.length === 0 && isOpen) await new Promise<void>((resolve) => (wake = resolve))
    const event = waiting.shift()
    characters -= event?.length ?? 0
    return event
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const text = await next()
        if (text !== undefined) controller.enqueue(encoder.encode(text))
        else if (isWanted) controller.close()
      },
      cancel() {
        isWanted = false
        end()
      },
    },
    // Bytes are made as they are read: whatever waits is shared by all who listen.
    { highWaterMark: 0 },
  )
}

/** `unknown`: the journal does not have the exchange any more, or too many behind it. */
async function exchangesSince(mock: Mock, id: string): Promise<readonly Exchange[] | 'unknown'> {
  const exchanges = await mock.exchanges.list()
  const last = exchanges.findIndex((exchange) => exchange.id === id)
  const since = exchanges.slice(last + 1)
  return last === -1 || since.length >= MOST_MISSED ? 'unknown' : since
}

const latest = onceFor((_: Mock) => new Map<string, string>())

/** Written once per language, however many clients listen, and come back for it. */
function ofExchange(mock: Mock, exchange: Exchange, language: Language): string {
  const texts = latest(mock)
  const key = `${language} ${exchange.id}`
  const text = texts.get(key) ?? written({ type: 'exchange', exchange: summarizeExchange(mock, exchange, language) })
  texts.set(key, text)
  const [oldest = key] = texts.keys()
  if (texts.size > MOST_WAITING.events) texts.delete(oldest)
  return text
}

const ofChange = onceFor((change: StateChange) => written({ type: 'change', change: describeStateChange(change) }))

function written(event: ControlEvent): string {
  const { type, ...data } = event
  const id = event.type === 'exchange' ? `id: ${event.exchange.id}\n` : ''
  return `event: ${type}\n${id}data: ${JSON.stringify(data)}\n\n`
}
