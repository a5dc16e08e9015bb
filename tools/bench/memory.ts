import { rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { associateRequests, type Signed } from './associate-requests.ts'
import { measureLoad, reset } from './http.ts'
import { residentMib, startMock } from './measure.ts'
import { progress } from './progress.ts'
import { pointOf, type Report } from './report.ts'
import { writeSeed } from './seed-file.ts'

const BATCH = 10_000
const SETTLED = 50_000
const PLACES = 20
/** How long signatures are used; they are valid for five minutes. */
const SIGNED_MS = 200_000

/** Memory over a million calls that each change the state; the mock is reset to its seed after every ten thousand. */
export async function benchMemory(total: number): Promise<Report> {
  const seed = await writeSeed(BATCH)
  const mock = await startMock('--seed', seed)
  const after: { readonly requests: number; readonly mib: number }[] = []
  let requests: Signed[] = []
  let signedAt = Number.NEGATIVE_INFINITY
  for (let done = BATCH; done <= total; done += BATCH) {
    progress(`memory: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} requests`)
    if (performance.now() - signedAt > SIGNED_MS) {
      requests = await associateRequests(BATCH)
      signedAt = performance.now()
    }
    await measureLoad(mock.url, requests)
    await reset(mock.url)
    if (done % SETTLED !== 0) continue
    // Lets the requests and answers be released.
    await wait(1_000)
    after.push({ requests: done, mib: residentMib(mock.child.pid) })
  }
  await mock.stop()
  rmSync(seed)

  const first = after[0]
  const last = after.at(-1)
  if (!first || !last) throw new Error(`give at least ${SETTLED} requests`)
  const step = Math.ceil(after.length / PLACES)
  const shown = after.filter((_, i) => i % step === 0 || i === after.length - 1)
  return {
    title: `Memory over ${total.toLocaleString('en')} requests, back to the seed after every ${BATCH.toLocaleString('en')}`,
    rows: [
      { what: `resident after ${SETTLED.toLocaleString('en')} requests`, unit: 'MiB', digits: 0, values: [first.mib] },
      { what: `resident after ${last.requests.toLocaleString('en')}`, unit: 'MiB', digits: 0, values: [last.mib] },
      {
        what: 'memory grown between the two',
        unit: 'MiB',
        digits: 0,
        values: [last.mib - first.mib],
        aim: { at: 'most', value: 20 },
        note: 'the picture below shows where it levels off. A leak would go on.',
      },
      {
        what: 'the most of it in between, above the first',
        unit: 'MiB',
        digits: 0,
        values: [Math.max(...after.map(({ mib }) => mib)) - first.mib],
      },
    ],
    plots: [
      {
        name: 'memory',
        title: 'Resident memory under load',
        places: shown.map(({ requests }) => `${requests / 1_000}k`),
        across: 'requests answered',
        upwards: 'MiB',
        lines: [{ name: 'wechatpay-mock', points: shown.map(({ mib }) => pointOf([mib])) }],
      },
    ],
  }
}
