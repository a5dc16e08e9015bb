/**
 * Measures the built package against bare floors: `npm run bench`, or `npm run bench -- http msw` for some of it. Only ratios within one run matter,
 * with their spread over the rounds, so that results do not depend on the machine. Each bench has a process of its own, so that nothing slows it that
 * another left on the heap.
 *
 * `--json FILE` writes all numbers to a file, `--docs` writes `docs/speed.md` and its pictures, `--memory-requests N` makes the runs for memory
 * shorter than a million.
 */
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchClockMove } from './clock-move.ts'
import { benchDiagnosis } from './diagnosis.ts'
import { benchHttp } from './http.ts'
import { benchMemory } from './memory.ts'
import { benchMsw } from './msw.ts'
import { benchPages } from './pages.ts'
import { profileAssociate } from './profile.ts'
import { endProgress } from './progress.ts'
import { printReport, type Report } from './report.ts'
import { benchReset } from './reset.ts'
import { benchScale } from './scale.ts'
import { benchStartUp } from './start-up.ts'
import { benchStateMemory } from './state-memory.ts'
import { benchUnexplained } from './unexplained.ts'
import { thisMachine, writeDocs } from './write-docs.ts'

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
    'memory-requests': { type: 'string', default: '1000000' },
  },
})

const benches: Readonly<Record<string, () => Promise<Report>>> = {
  http: benchHttp,
  scale: benchScale,
  'start-up': benchStartUp,
  memory: () => benchMemory(Number(options['memory-requests'])),
  // The state of more would be too long for a seed file.
  state: () => benchStateMemory(Math.min(Number(options['memory-requests']), 100_000)),
  reset: benchReset,
  pages: benchPages,
  'clock-move': benchClockMove,
  msw: benchMsw,
  diagnosis: benchDiagnosis,
  unexplained: benchUnexplained,
}

const unknown = wanted.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
if (options.docs && wanted.length > 0) {
  console.error('docs/speed.md has the whole table: leave the names of single benches out with --docs.')
  process.exit(2)
}

const names = Object.keys(benches).filter((name) => wanted.length === 0 || wanted.includes(name))

/** Runs a bench in a child of this process, which sends its report. */
function measured(name: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [name, '--memory-requests', options['memory-requests']], {
      serialization: 'advanced',
    })
    child.once('message', (report) => resolve(report as Report))
    child.once('exit', (code) => reject(new Error(`the bench ${name} ended with ${code}, without a result`)))
  })
}

/** Runs the benches one after the other, prints their reports, and writes what is asked for. */
async function run(): Promise<void> {
  const before = loadavg()[0] ?? Number.NaN
  const reports: Report[] = []
  for (const name of names) {
    const report = await measured(name)
    endProgress()
    printReport(report)
    reports.push(report)
  }
  const after = loadavg()[0] ?? Number.NaN
  if (options.json === undefined && !options.docs) return
  const profile = await profileAssociate()
  endProgress()
  const result = { machine: thisMachine(), load: [before, after] as const, reports, profile }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`)
  if (options.docs) writeDocs(result)
}

if (process.send) {
  for (const name of names) process.send(await benches[name]?.())
  process.disconnect()
} else await run()
