import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { PLANNED_FAULTS } from '../../engine/faults/faults.ts'
import type { Mock } from '../../engine/mock.ts'
import { SETTINGS_CHANGES } from '../../engine/settings.ts'
import { CLOCK, type DocumentKey, type DocumentsDraft, documentKey } from '../../engine/state/documents.ts'
import { Turns } from '../../shared/pieces.ts'
import { restoreParts, takeSnapshot } from '../../world/restore-world.ts'
import { defineCall } from '../call.ts'
import { readWorld } from '../read-body.ts'

/** State that a snapshot does not have, as the store keeps it. */
const BESIDE: readonly DocumentKey<unknown>[] = [CLOCK, SETTINGS_CHANGES, PLANNED_FAULTS]

interface KeptState {
  /** A snapshot: compressed JSON, in Base64. */
  readonly world: string
  readonly documents: Readonly<Record<string, unknown>>
}

const KEPT = documentKey<KeptState>('kept state')

/** The connections that keep the state of a mock, and the steps of keeping and restoring it, one after the other. */
const keepers = new WeakMap<Mock, { connections: number; readonly turns: Turns }>()

/**
 * Interval of the heartbeat, in milliseconds of the machine. A client that was killed has closed its sending side, as one may that still reads: only
 * the second heartbeat fails.
 */
const HEARTBEAT_MS = 1_000

export const keepState = defineCall({
  summary:
    'Server-sent events without any event: the whole state is kept while this connection lasts, and restored when it ends, unless it was released before. For runs of tests, which may be killed',
  mediaType: 'text/event-stream',
  answer: z.string().describe('comments only'),
  async handle(_, { mock, ending }) {
    const keeper = keepers.get(mock) ?? { connections: 0, turns: new Turns() }
    keepers.set(mock, keeper)
    await keeper.turns.take(async () => {
      if (keeper.connections === 0) {
        // A run and the mock of that time were both killed.
        await restoreKept(mock)
        await keep(mock)
      }
      keeper.connections += 1
    })
    const end = async () => {
      keeper.connections -= 1
      if (keeper.connections === 0) await restoreKept(mock)
    }
    return new Response(
      connectionFor(() => void keeper.turns.take(end).catch(warn), ending),
      {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store',
          Connection: 'close',
        },
      },
    )
  },
})

export const releaseState = defineCall({
  summary: 'Forget the state that was kept: the run that had it kept has restored it',
  async handle(_, { mock }) {
    await mock.store.documents.update((draft) => draft.delete(KEPT))
  },
})

/** @param onLost called when the client ends the connection, however it does; not when the mock ends it */
function connectionFor(onLost: () => void, ending: AbortSignal | undefined): ReadableStream<Uint8Array> {
  let heartbeat: ReturnType<typeof setInterval> | undefined
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(': kept\n\n'))
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(': alive\n\n')), HEARTBEAT_MS)
      heartbeat.unref()
      ending?.addEventListener('abort', () => {
        if (heartbeat === undefined) return
        clearInterval(heartbeat)
        heartbeat = undefined
        controller.close()
      })
    },
    cancel() {
      clearInterval(heartbeat)
      heartbeat = undefined
      onLost()
    },
  })
}

async function keep(mock: Mock): Promise<void> {
  const { text } = await takeSnapshot(mock)
  const file = await buffer(Readable.from(text()).pipe(createGzip()))
  const world = file.toString('base64')
  await mock.store.documents.update((draft) => {
    const documents = Object.fromEntries(BESIDE.map((key) => [key.name, draft.get(key)]))
    draft.put(KEPT, { world, documents })
  })
}

/** Restores the state that is kept, if any is. */
async function restoreKept(mock: Mock): Promise<void> {
  const kept = mock.store.documents.get(KEPT)
  if (!kept) return
  const file = Readable.from([Buffer.from(kept.world, 'base64')]).pipe(createGunzip())
  await restoreParts(mock, await readWorld(file), (draft) => restoreDocuments(draft, kept))
}

function restoreDocuments(draft: DocumentsDraft, { documents }: KeptState): void {
  for (const key of BESIDE) {
    const value = documents[key.name]
    if (value === undefined) draft.delete(key)
    else draft.put(key, value)
  }
  draft.delete(KEPT)
}

/** The state stays kept, so the next run restores it. */
function warn(error: Error): void {
  process.emitWarning(
    `The state that was kept for a run of tests could not be restored: ${error.message}`,
    'WechatPayMockWarning',
  )
}
