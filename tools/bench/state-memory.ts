import { createWriteStream, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MemoryProbe } from '../reliability/held-memory.ts'
import { associateRequests } from './associate-requests.ts'
import { measureLoad } from './http.ts'
import { bin, type Started, start } from './measure.ts'
import { progress } from './progress.ts'
import type { Report } from './report.ts'
import { writeSeed } from './seed-file.ts'

const BATCH = 10_000
const EMPTY = 'empty'

/** Memory over calls that each link another coupon, compared with the memory of their state alone, in a mock that starts with it. */
export async function benchStateMemory(links: number): Promise<Report> {
  const seed = await writeSeed(links)
  const linked = join(tmpdir(), `wechatpay-mock-bench-${process.pid}-linked.json`)
  const mock = await startProbed(seed)
  const before = await mock.heldMib()
  for (let done = 0; done < links; done += BATCH) {
    progress(`state: ${done.toLocaleString('en')} of ${links.toLocaleString('en')} first links`)
    await measureLoad(mock.url, await associateRequests(Math.min(BATCH, links - done), done))
  }
  const after = await mock.heldMib()
  progress('state: what it takes by itself')
  await save(`${mock.url}/_mock/world`, linked)
  await mock.stop()
  const [empty, full] = [await heldWith(EMPTY), await heldWith(linked)]
  rmSync(seed)
  rmSync(linked)
  return {
    title: `Memory over ${links.toLocaleString('en')} first links, after a collection`,
    rows: [
      { what: 'held before', unit: 'MiB', digits: 0, values: [before] },
      { what: 'held after', unit: 'MiB', digits: 0, values: [after] },
      {
        what: 'the linked coupons and their request numbers as a seed',
        unit: 'MiB',
        digits: 0,
        values: [full - empty],
      },
      {
        what: 'grown / the state as a seed',
        values: [(after - before) / (full - empty)],
        aim: { at: 'most', value: 1 },
      },
    ],
  }
}

async function heldWith(seed: string): Promise<number> {
  const mock = await startProbed(seed)
  const held = await mock.heldMib()
  await mock.stop()
  return held
}

async function startProbed(seed: string): Promise<Started & { heldMib(): Promise<number> }> {
  const started = await start(
    ['--inspect=127.0.0.1:0', bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed],
    'pipe',
  )
  const probe = await MemoryProbe.connect(started.child)
  return {
    ...started,
    async heldMib() {
      const { heap, external } = await probe.held()
      return heap + external
    },
    async stop() {
      probe.close()
      await started.stop()
    },
  }
}

async function save(url: string, file: string): Promise<void> {
  const { ok, status, body } = await fetch(url)
  if (!ok || !body) throw new Error(`${url} was answered with ${status}`)
  await pipeline(Readable.fromWeb(body), createWriteStream(file))
}
