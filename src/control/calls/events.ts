import { z } from 'zod'
import { defineCall } from '../call.ts'
import { eventStream } from '../event-stream.ts'
import { controlEventJson } from '../formats/event.ts'

export const events = defineCall({
  summary:
    'Server-sent events: exchanges and changes of the state as they happen. Data is the event without its type; a client that reads too slowly is dropped, and connects again with Last-Event-ID',
  query: z.strictObject({
    last_event_id: z
      .string()
      .max(100)
      .optional()
      .meta({ description: 'for clients that cannot set Last-Event-ID: events since this one come first' }),
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
