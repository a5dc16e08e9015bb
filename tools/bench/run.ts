/**
 * Measures the built package against bare floors: `npm run bench`, or `npm run bench -- http msw` for some of it. Only ratios within one run matter,
 * with their spread over the rounds, so that results do not depend on the machine.
 *
 * `--json FILE` writes all numbers to a file, `--docs` writes `docs/speed.md` and its pictures, `--memory-requests N` makes the runs for memory
 * shorter than a million.
 */
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

const before = loadavg()[0] ?? Number.NaN
const reports: Report[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const report = await bench()
  endProgress()
  printReport(report)
  reports.push(report)
}
const after = loadavg()[0] ?? Number.NaN
if (options.json !== undefined || options.docs) {
  const profile = await profileAssociate()
  endProgress()
  const run = { machine: thisMachine(), load: [before, after] as const, reports, profile }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run, undefined, 2)}\n`)
  if (options.docs) writeDocs(run)
}
