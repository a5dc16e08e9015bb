import type { Delivery, WireResponse } from './http-message.ts'

/** Whether nothing of the answer reaches the client, not even its head. */
export function isLost({ delivery }: WireResponse): boolean {
  return delivery?.kind === 'reset' || delivery?.kind === 'empty'
}

/** The error that `fetch` rejects with if a connection ends before the answer does. `cause` has the code that Node gives it. */
export function connectionError(kind: 'reset' | 'empty' | 'half_body'): TypeError {
  const cause =
    kind === 'reset'
      ? Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
      : Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  return new TypeError(kind === 'half_body' ? 'terminated' : 'fetch failed', { cause })
}

/** The part of a body that arrives before the connection is closed. */
export function firstHalf(body: Uint8Array): Uint8Array {
  return body.subarray(0, Math.floor(body.length / 2))
}

/**
 * The body of an answer for a web-standard `Response`, delivered as planned: whole, half of it and an error, or byte by byte.
 *
 * @throws TypeError as `fetch` does, if nothing of the answer arrives
 */
export function webBody({ status, body, delivery }: WireResponse): Uint8Array<ArrayBuffer> | ReadableStream | null {
  if (delivery?.kind === 'reset' || delivery?.kind === 'empty') throw connectionError(delivery.kind)
  if (status === 204) return null
  if (delivery === undefined) return new Uint8Array(body)
  return delivery.kind === 'half_body' ? half(body) : drip(body, delivery)
}

function half(body: Uint8Array): ReadableStream {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(connectionError('half_body'))
      sent = true
      controller.enqueue(new Uint8Array(firstHalf(body)))
    },
  })
}

function drip(body: Uint8Array, { pauseMs }: Extract<Delivery, { kind: 'slow_drip' }>): ReadableStream {
  let at = 0
  return new ReadableStream({
    async pull(controller) {
      if (at > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      if (at < body.length) controller.enqueue(new Uint8Array(body.subarray(at, at + 1)))
      at += 1
      if (at >= body.length) controller.close()
    },
  })
}
