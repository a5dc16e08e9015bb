import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { PLANNED_FAULTS } from '../../engine/faults/faults.ts'
import { misfitText } from '../../engine/misfit-texts.ts'
import type { Mock } from '../../engine/mock.ts'
import { SETTINGS_CHANGES } from '../../engine/settings.ts'
import {
  CLOCK,
  type DocumentKey,
  type DocumentsDraft,
  type DocumentsReader,
  documentKey,
} from '../../engine/state/documents.ts'
import { clockTime } from '../../engine/state/json-fields.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { Turns } from '../../wire/shared/pieces.ts'
import { defineCall } from '../call.ts'
import { readWorld } from '../read-body.ts'
import type { Served } from '../route.ts'
import { snapshotJson } from '../world/load-world.ts'
import { restoreParts, takeSnapshot } from '../world/restore-world.ts'
import { restore } from './world.ts'

/** The most snapshots that a mock keeps, and the bytes of all of them together, compressed: each process has them in its memory. */
const MOST = 20
const ROOM = 64 * 1_048_576

const name = z
  .string()
  .trim()
  .regex(
    /^(?!\.{1,2}$)[^\p{Cc}\p{Cs}]{1,60}$/u,
    misfitText({
      en: 'a name of 1 to 60 characters is needed, on one line, and neither . nor ..',
      zh: '名称应为 1 到 60 个字符，不能换行，也不能是 . 或 ..',
    }),
  )
  .meta({ examples: ['before checkout'] })

const params = z.object({ name: z.string().describe('what it is called') })

const snapshotInShort = z
  .strictObject({
    name,
    taken_at: clockTime.describe("when its states hold, on the mock's clock"),
    bytes: z.int().min(0).describe('size of its file'),
    kept_bytes: z.int().min(0).describe('what it takes in the store, compressed'),
  })
  .meta({ id: 'KeptSnapshot', description: 'a snapshot that the mock keeps' })

type KeptSnapshot = z.output<typeof snapshotInShort>

/** The snapshots without their files, newest first. A reset leaves them alone. */
const SNAPSHOTS = documentKey<readonly KeptSnapshot[]>('snapshots')

/** The file of a snapshot, compressed, in Base64. */
const fileKey = (called: string) => documentKey<string>(`snapshot ${called}`)

const refusals = { MOCK_SNAPSHOT_UNKNOWN: { status: 404, when: 'no snapshot is kept under this name' } } as const

export const snapshots = defineCall({
  summary: 'The snapshots that the mock keeps, the newest first',
  answer: z.array(snapshotInShort),
  handle: (_, { mock }) => [...listIn(mock.store.documents)],
})

export const keepSnapshot = defineCall({
  summary: 'Take a snapshot of the whole mock, and keep it under a name until it is removed: resets leave it alone',
  body: z.strictObject({ name }),
  isCostly: true,
  status: 201,
  answer: snapshotInShort,
  refusals: {
    MOCK_SNAPSHOT_EXISTS: { status: 409, when: 'a snapshot is kept under this name' },
    MOCK_SNAPSHOT_LIMIT: {
      status: 409,
      when: `${MOST} snapshots are kept, or all of them take more than ${ROOM / 1_048_576} MiB, compressed`,
    },
  },
  async handle({ body }, { mock }) {
    checkRoom(listIn(mock.store.documents), body.name, 0)
    const { taken_at, text } = await takeSnapshot(mock)
    let bytes = 0
    const counted = async function* () {
      for await (const piece of text()) {
        bytes += Buffer.byteLength(piece)
        yield piece
      }
    }
    const compressed: Buffer[] = []
    let kept_bytes = 0
    await pipeline(counted, createGzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        compressed.push(chunk)
        kept_bytes += chunk.length
        checkRoom(listIn(mock.store.documents), body.name, kept_bytes)
      }
    })
    const kept = { name: body.name, taken_at, bytes, kept_bytes }
    await mock.store.documents.update((draft) => {
      const others = listIn(draft)
      checkRoom(others, body.name, kept_bytes)
      draft.put(SNAPSHOTS, [kept, ...others])
      draft.put(fileKey(body.name), Buffer.concat(compressed).toString('base64'))
    })
    return kept
  },
})

export const snapshot = defineCall({
  summary: 'The file of a snapshot that the mock keeps, in the format of a seed file',
  params,
  isCostly: true,
  answer: ({ tables }: Served) => snapshotJson(tables),
  refusals,
  handle: ({ params }, { mock }) => fileOf(mock, params.name),
})

export const restoreSnapshot = defineCall({
  summary: 'Replace the whole state by a snapshot that the mock keeps, which becomes the new seed; the clock stays',
  params,
  isCostly: true,
  refusals: { ...refusals, ...restore.refusals },
  handle: async ({ params }, { mock }) => restoreParts(mock, await readWorld(fileOf(mock, params.name))),
})

export const removeSnapshot = defineCall({
  summary: 'Forget a snapshot that the mock keeps',
  params,
  refusals,
  handle: ({ params }, { mock }) =>
    mock.store.documents.update((draft) => {
      const list = listIn(draft)
      const left = list.filter((one) => one.name !== params.name)
      if (left.length === list.length) throw unknown(params.name, list)
      draft.put(SNAPSHOTS, left)
      draft.delete(fileKey(params.name))
    }),
})

function listIn(documents: DocumentsReader): readonly KeptSnapshot[] {
  return documents.get(SNAPSHOTS) ?? []
}

/** The file of a snapshot, decompressed as it is read. @throws UsageError `MOCK_SNAPSHOT_UNKNOWN` */
function fileOf({ store: { documents } }: Mock, called: string): AsyncGenerator<Uint8Array, void> {
  const file = documents.get(fileKey(called))
  if (file === undefined) throw unknown(called, listIn(documents))
  return decompressed(Buffer.from(file, 'base64'))
}

async function* decompressed(file: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield* Readable.from([file]).pipe(createGunzip())
}

function unknown(called: string, list: readonly KeptSnapshot[]): UsageError {
  const names = list.map((one) => one.name)
  return refusalAt('/path/name', 'MOCK_SNAPSHOT_UNKNOWN', {
    en: `No snapshot is called ${called}. ${names.length === 0 ? 'None is kept: take one with POST /_mock/snapshots.' : `There are: ${names.join(', ')}.`}`,
    zh: `没有名为 ${called} 的快照。${names.length === 0 ? '尚未保存任何快照，可用 POST /_mock/snapshots 创建。' : `已有：${names.join('、')}。`}`,
  })
}

/** @throws UsageError `MOCK_SNAPSHOT_EXISTS`, `MOCK_SNAPSHOT_LIMIT` */
function checkRoom(kept: readonly KeptSnapshot[], called: string, bytes: number): void {
  if (kept.some((one) => one.name === called)) {
    throw refusalAt('/name', 'MOCK_SNAPSHOT_EXISTS', {
      en: `A snapshot is called ${called} already: remove it first, or give this one another name.`,
      zh: `已有名为 ${called} 的快照：请先删除它，或换一个名称。`,
    })
  }
  if (kept.length >= MOST) {
    throw new UsageError('MOCK_SNAPSHOT_LIMIT', {
      en: `The mock keeps ${MOST} snapshots at most: remove one first, such as the oldest, ${kept.at(-1)?.name}.`,
      zh: `最多保存 ${MOST} 个快照：请先删除一个，例如最早的 ${kept.at(-1)?.name}。`,
    })
  }
  if (kept.reduce((sum, one) => sum + one.kept_bytes, bytes) > ROOM) {
    throw new UsageError('MOCK_SNAPSHOT_LIMIT', {
      en: `Snapshots take at most ${ROOM / 1_048_576} MiB together, compressed, and this one has ${bytes} bytes or more: remove others first, or save GET /_mock/world as a file.`,
      zh: `所有快照压缩后合计不得超过 ${ROOM / 1_048_576} MiB，本快照至少 ${bytes} 字节：请先删除其他快照，或将 GET /_mock/world 的结果存为文件。`,
    })
  }
}

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
