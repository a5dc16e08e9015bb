import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { ServedCall } from '../../src/control/call.ts'
import { servedCalls } from '../../src/control/served-calls.ts'
import { products } from '../../src/products/index.ts'
import { residentMib, startMock } from '../bench/measure.ts'
import { writeSeed } from '../bench/seed-file.ts'
import { highestMib, startHighestAnew } from './held-memory.ts'
import { fillJournal, send } from './readers.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const COUPONS = 100_000
const CALLS = 1_000
const CALL_BYTES = 16_384
/** Clients that make each call at once. */
const CLIENTS = 20

/** The calls that read: those that change something answer with what they were sent, or with a row. */
const calls = (await servedCalls(products)).filter(
  ({ method, mediaType, id }) =>
    (method === 'GET' && mediaType !== 'text/event-stream') || id === 'deliverNotifications',
)

/** Prints what each control call takes of a mock that holds much, and keeps it if that is asked for. */
export async function measureRoutes(): Promise<void> {
  const seed = await writeSeed(COUPONS)
  const file = join(tmpdir(), `wechatpay-mock-stretch-${process.pid}`)
  process.env.NODE_OPTIONS = `--import=${new URL('stretch-probe.ts', import.meta.url)}`
  process.env.STRETCH_FILE = file
  const server = await startMock('--seed', seed)
  delete process.env.NODE_OPTIONS
  const { pid = 0 } = server.child
  const longestStretch = async () => {
    rmSync(file, { force: true })
    process.kill(pid, 'SIGUSR2')
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5)
    return Number(readFileSync(file, 'utf8'))
  }
  try {
    await fillJournal(server.url, CALLS, CALL_BYTES)
    const { items } = Object(await (await fetch(`${server.url}/_mock/journal/page?limit=1`)).json())
    const taken = await fetch(`${server.url}/_mock/snapshots`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"kept"}',
    })
    if (!taken.ok) throw new Error(`The snapshot was answered with ${taken.status}.`)
    for (const call of calls) {
      const address = addressOf(call, String(items[0].id))
      startHighestAnew(pid)
      const before = residentMib(pid)
      await longestStretch()
      let bytes = 0
      const took = performance.now()
      const statuses = await Promise.all(
        Array.from({ length: CLIENTS }, () =>
          send(server.url, call.method, address, { onBytes: (length) => (bytes += length) }),
        ),
      )
      const columns = {
        call: `\`${call.method} ${call.path}\``,
        costly: call.isCostly ? 'yes' : '',
        answers: [...Map.groupBy(statuses, (one) => one)]
          .map(([status, all]) => `${all.length} × ${status}`)
          .join(', '),
        'KB each': Math.ceil(bytes / CLIENTS / 1_000),
        seconds: ((performance.now() - took) / 1_000).toFixed(1),
        'MiB more at most': Math.max(0, Math.round(highestMib(pid) - before)),
        'longest stretch, ms': Math.round(await longestStretch()),
      }
      console.log(columns)
      if (isToBeKept) keepResult('routes', `${call.id}`, { columns, ...aboutThisRun() })
    }
  } finally {
    await server.stop()
    for (const made of [seed, file]) rmSync(made, { force: true })
  }
}

function addressOf({ path, query }: ServedCall, id: string): string {
  const names: Readonly<Record<string, string>> = {
    id,
    mchid: '1900000001',
    thing: 'coupons',
    name: path.includes('/snapshots/') ? 'kept' : encodeURIComponent('1900000001/BENCH/C1'),
    stock_id: 'BENCH',
    coupon_code: 'C1',
  }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? 'none')
  const members = query instanceof z.ZodObject ? Object.keys(query.shape) : []
  // A filter that nothing passes has all rows looked through.
  const search = new URLSearchParams({
    ...(members.includes('cursor') && { limit: '500', ...(members.includes('text') && { text: 'C9' }) }),
    ...(path.endsWith('/search') && { text: 'C9' }),
    ...(path.endsWith('/code') && { as: 'java' }),
    ...(path.endsWith('/snippet') && { format: 'java' }),
  })
  return search.size === 0 ? filled : `${filled}?${search}`
}
