import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { associateRequest, benchWorld, PATH } from './associate-requests.ts'
import { bin, ROUNDS, residentMib, show, start } from './measure.ts'

const BARE =
  "const s=require('http').createServer((q,r)=>r.end('ok')).listen(0,'127.0.0.1',()=>console.log(JSON.stringify({url:'http://127.0.0.1:'+s.address().port})))"

/** From the start of the process to the first answer, and memory once idle, against a bare `node -e` server. */
export async function benchStartUp(): Promise<void> {
  console.log(`\nstart-up and idle memory, ${ROUNDS} rounds`)
  const seed = join(tmpdir(), `wechatpay-mock-bench-start-${process.pid}.json`)
  writeFileSync(seed, JSON.stringify(benchWorld(ROUNDS)))
  const times = { bare: [] as number[], server: [] as number[] }
  const memory = { bare: [] as number[], server: [] as number[] }

  const measure = async (
    which: 'bare' | 'server',
    args: readonly string[],
    call: (url: string) => Promise<Response>,
  ) => {
    const begin = performance.now()
    const started = await start(args)
    const answer = await call(started.url)
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    times[which].push(performance.now() - begin)
    memory[which].push(residentMib(started.child.pid))
    await started.stop()
  }
  for (let round = 0; round < ROUNDS; round++) {
    const request = await associateRequest(round)
    await measure('bare', ['-e', BARE], (url) => fetch(url))
    await measure('server', [bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed], (url) =>
      fetch(url + PATH, { method: 'POST', ...request }),
    )
  }
  const ratio = ({ server, bare }: typeof times) => server.map((value, i) => value / (bare[i] ?? Number.NaN))
  console.log(`  bare node http server          ${show(times.bare, 0)} ms, ${show(memory.bare, 0)} MiB`)
  console.log(`  wechatpay-mock, first 200      ${show(times.server, 0)} ms, ${show(memory.server, 0)} MiB`)
  console.log(`  ratio of times                 ${show(ratio(times))}   aim: at most 5`)
  console.log(`  ratio of memory                ${show(ratio(memory))}   aim: at most 2`)
}
