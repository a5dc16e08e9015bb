import type { ControlEvent } from '../formats/event.ts'

/** Reads server-sent events as they arrive, until the stream ends. Skips comments. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ControlEvent, void, undefined> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = eventOf(block)
        if (event) yield event
      }
    }
  } finally {
    // Ends the connection when the caller stops listening.
    await reader.cancel()
  }
}

function eventOf(block: string): ControlEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => [line.split(': ', 1).join(), line.slice(line.indexOf(': ') + 2)]),
  )
  const [type, data] = [fields.get('event'), fields.get('data')]
  // The mock writes only events that its description has; test/control checks that.
  return type === undefined || data === undefined ? undefined : ({ type, ...JSON.parse(data) } as ControlEvent)
}
