import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { drawPlot } from './draw-plot.ts'
import type { Profile } from './profile.ts'
import { formatAim, formatValues, isMet, type Report, type Row } from './report.ts'

const PROFILE_ROWS = 20

/** The machine of a run, without anything that distinguishes two of the same kind. */
export interface Machine {
  readonly processor: string
  readonly processors: number
  readonly memoryGib: number
  readonly system: string
  readonly node: string
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
  }
}

/** A whole run, in the format of `--json`. */
export interface Run {
  readonly machine: Machine
  /** Load average of one minute, before and after the measurement. */
  readonly load: readonly [before: number, after: number]
  readonly reports: readonly Report[]
  readonly profile: Profile
}

/** Writes `docs/speed.md` and its pictures. */
export function writeDocs(run: Run): void {
  const docs = new URL('../../docs/', import.meta.url)
  mkdirSync(new URL('bench/', docs), { recursive: true })
  for (const plot of run.reports.flatMap(({ plots = [] }) => plots)) {
    writeFileSync(new URL(`bench/${plot.name}.svg`, docs), drawPlot(plot))
  }
  writeFileSync(new URL('speed.md', docs), pageOf(run))
}

function pageOf({ machine, load, reports, profile }: Run): string {
  const { processor, processors, memoryGib, system, node } = machine
  const aimed = reports.flatMap(({ rows }) => rows).filter(({ aim }) => aim)
  return [
    '# How fast it is',
    '',
    'Written by `npm run bench -- --docs`. All aims are ratios within this one run: the machine matters little then. A number is the middle of the rounds, with the lowest and the highest behind it. Rounds alternate between what is compared, so that a drift of the machine evens out.',
    '',
    '`npm run bench:peers` runs other simulators beside it: when last measured, 0.60 ms of processor time a request, beside 0.64 to 0.87 ms for Mockoon, Prism, WireMock and Azurite, none of which signs its answers.',
    '',
    `Measured on ${processors} × ${processor}, ${memoryGib} GiB, ${system}, Node ${node}. ${load[0].toFixed(1)} processes wanted to run just before, ${load[1].toFixed(1)} just after: ${
      load[0] > 1
        ? '**the machine had other work to do**, so that times by the wall clock are rough; processor time, given beside it, suffers less.'
        : 'the machine had nothing else to do.'
    }`,
    '',
    '| measure | found | aim | |',
    '|---|---|---|---|',
    ...aimed.map((row) => `| ${row.what} | ${formatValues(row)} | ${formatAim(row)} | ${verdict(row)} |`),
    '',
    ...aimed
      .filter((row) => row.note !== undefined && isMet(row) === false)
      .flatMap(({ what, note }) => [`Not met, ${what}: ${note}`, '']),
    ...reports.flatMap(sectionOf),
    '## Where the time goes',
    '',
    'The main thread of `serve` under the load of first links, with its log read: the share of its busy time that each step of a call takes, and each function by itself, by `--cpu-prof`. `signOneShot` is the handing over to the thread pool, where the signature is made; on a machine whose processors are all busy it includes the time that the main thread has to wait there.',
    '',
    '| share | step of a call |',
    '|---|---|',
    ...profile.steps.map(({ name, share }) => `| ${(share * 100).toFixed(1)} % | ${name} |`),
    '',
    '| share | function |',
    '|---|---|',
    ...profile.functions
      .slice(0, PROFILE_ROWS)
      .map(({ name, share }) => `| ${(share * 100).toFixed(1)} % | \`${name}\` |`),
    '',
  ].join('\n')
}

function sectionOf({ title, rows, plots = [] }: Report): string[] {
  return [
    `## ${title}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map((row) => `| ${row.what} | ${formatValues(row)} |`),
    '',
    ...plots.flatMap(({ name, title }) => [`![${title}](bench/${name}.svg)`, '']),
  ]
}

function verdict(row: Row): string {
  return isMet(row) ? 'met' : '**not met**'
}
