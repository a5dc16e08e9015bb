import { NO_BODY } from '../exchange/outcome.ts'
import type { CallbackSender } from './callback.ts'

/** URL prefix of the mock's own receiver: it takes every callback sent there, and none leaves the process. */
export const OWN_RECEIVER = 'http://127.0.0.1/_mock/receiver/'

/** Takes the callbacks to the mock's own receiver, and hands all others to `send`. */
export function withOwnReceiver(send: CallbackSender): CallbackSender {
  return async (request, signal) =>
    request.url.startsWith(OWN_RECEIVER) ? { status: 204, headers: [], body: NO_BODY } : send(request, signal)
}
