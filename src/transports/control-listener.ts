import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Mock } from '../engine/mock.ts'
import type { UnfinishedBodies } from '../engine/unfinished-bodies.ts'
import { recorder } from '../mock.ts'
import { UsageError } from '../protocol/errors.ts'
import { ControlTurns } from './control-turns.ts'
import type { OnRefused } from './refused-connection.ts'

export type ControlListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** Serves the control API. Hono is loaded with the first call, to keep start-up fast. */
export function controlListener(
  mock: Mock,
  options: {
    allowedHosts: readonly string[]
    controlToken: string | undefined
    caCertificate: () => Promise<string | null>
    bodies: UnfinishedBodies
    onForeign: OnRefused
    onBug: (bug: unknown) => void
    /** Ends streams of events. */
    ending: AbortSignal
  },
): ControlListener {
  const turns = new ControlTurns()
  let listener: Promise<ControlListener> | undefined
  const load = async (): Promise<ControlListener> => {
    const [{ getRequestListener, RequestError }, { createControlApp, refuseUnread }] = await Promise.all([
      import('@hono/node-server'),
      import('../control/app.ts'),
    ])
    const app = await createControlApp(mock, {
      recorder,
      allowedHosts: options.allowedHosts,
      caCertificate: options.caCertificate,
      bodies: options.bodies,
      onForeign: options.onForeign,
      onBug: options.onBug,
      ending: options.ending,
      ...(options.controlToken !== undefined && { token: options.controlToken }),
    })
    return getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      // For requests that do not reach the app, which answers its own errors.
      errorHandler: (error) => {
        if (!(error instanceof RequestError)) throw error
        return refuseUnread(unreadable(error.message), mock.language)
      },
    })
  }
  return async (incoming, outgoing) => {
    listener ??= load()
    const answer = await listener
    if (await turns.take(outgoing)) await answer(incoming, outgoing)
  }
}

function unreadable(reason: string): UsageError {
  return new UsageError('MOCK_FORBIDDEN_HOST', {
    en: `The control API cannot read where this request is for (${reason}): send a path, and a Host header such as localhost:8089.`,
    zh: `控制 API 无法判断此请求发往何处（${reason}）：请发送路径，以及 localhost:8089 这样的 Host 头。`,
  })
}
