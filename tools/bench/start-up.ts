import { rmSync } from 'node:fs'
import { associateRequest, PATH } from './associate-requests.ts'
import { processorMs, ROUNDS, residentMib, type Started, start, startMock } from './measure.ts'
import { progress } from './progress.ts'
import { type Report, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const BARE =
  "const s=require('http').createServer((q,r)=>r.end('ok')).listen(0,'127.0.0.1',()=>console.log(JSON.stringify({url:'http://127.0.0.1:'+s.address().port})))"

/** Time from the start of the process to the first answer, and memory once idle, against a bare `node -e` server. */
export async function benchStartUp(): Promise<Report> {
  const seed = await writeSeed(ROUNDS + 1)
  const found = { bare: noted(), mock: noted() }
  const measure = async (
    which: 'bare' | 'mock',
    begin: () => Promise<Started>,
    call: (url: string) => Promise<Response>,
  ) => {
    const before = performance.now()
    const started = await begin()
    const answer = await call(started.url)
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    const { pid } = started.child
    const taken = { ms: performance.now() - before, processorMs: processorMs(pid), mib: residentMib(pid) }
    await started.stop()
    return { which, ...taken }
  }
  // The first round fills Node's compile cache, like the first start on a machine.
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`start-up: round ${round} of ${ROUNDS}`)
    const request = await associateRequest(round)
    for (const one of [
      await measure(
        'bare',
        () => start(['-e', BARE]),
        (url) => fetch(url),
      ),
      await measure(
        'mock',
        () => startMock('--seed', seed),
        (url) => fetch(url + PATH, { method: 'POST', ...request }),
      ),
    ]) {
      if (round === 0) continue
      const { ms, processorMs, mib } = found[one.which]
      ms.push(one.ms)
      processorMs.push(one.processorMs)
      mib.push(one.mib)
    }
  }
  rmSync(seed)
  const { bare, mock } = found
  return {
    title: `Start-up and idle memory, ${ROUNDS} rounds, with Node's compile cache filled`,
    rows: [
      { what: 'bare node http server, first answer', unit: 'ms', digits: 0, values: bare.ms },
      { what: 'wechatpay-mock serve, first signed 200', unit: 'ms', digits: 0, values: mock.ms },
      {
        what: 'time of the mock / of the bare server',
        values: ratios(mock.ms, bare.ms),
        aim: { at: 'most', value: 5 },
      },
      { what: 'processor time of the mock / of the bare server', values: ratios(mock.processorMs, bare.processorMs) },
      { what: 'bare node http server, memory', unit: 'MiB', digits: 0, values: bare.mib },
      { what: 'wechatpay-mock serve, memory', unit: 'MiB', digits: 0, values: mock.mib },
      {
        what: 'memory of the mock / of the bare server',
        values: ratios(mock.mib, bare.mib),
        aim: { at: 'most', value: 2 },
      },
    ],
  }
}

function noted(): Record<'ms' | 'processorMs' | 'mib', number[]> {
  return { ms: [], processorMs: [], mib: [] }
}
