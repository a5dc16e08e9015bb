import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { associateRequests } from './associate-requests.ts'
import { measureLoad } from './http.ts'
import { startLoggingMock } from './measure.ts'
import { progress } from './progress.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 5_000
const ROUNDS = 4

/** A function or a step of a call, and its own share of the main thread's busy time. */
export interface Profiled {
  readonly name: string
  readonly share: number
}

/** The main thread's busy time by functions and by steps of a call, the most expensive first. */
export interface Profile {
  readonly functions: readonly Profiled[]
  readonly steps: readonly Profiled[]
}

/** Steps of a call, and the functions in which each happens. */
const STEPS = {
  'handing over what is to be signed': ['sign', 'signAnswer', 'signatureOf'],
  'verifying the signature': ['verify'],
  'who calls': ['authenticate'],
  'fields of the request': ['parseInput'],
  'operation and transaction': ['work', 'once', 'changeOnce', 'namedCoupon', 'transaction', 'save', 'take'],
  'making the answer': ['success', 'respond'],
  journal: ['#keep'],
  log: ['logLine', 'write'],
  'reading the request': ['requestHead', 'readBody', 'foreignRequest'],
  'writing the answer': ['writeAnswer'],
  'garbage collection': ['(garbage collector)'],
} as const

const STEP_OF = new Map(Object.entries(STEPS).flatMap(([step, names]) => names.map((name) => [name as string, step])))

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Profile of the server's main thread under a load of first links, with a log that is read. */
export async function profileAssociate(): Promise<Profile> {
  progress('profile')
  const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-profile-'))
  const seed = await writeSeed(REQUESTS * ROUNDS)
  const { url, stop } = await startLoggingMock(
    ['--seed', seed],
    ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-interval=200'],
  )
  for (let round = 0; round < ROUNDS; round++) {
    await measureLoad(url, await associateRequests(REQUESTS, REQUESTS * round))
  }
  await stop()
  const [file = ''] = readdirSync(directory)
  const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile
  rmSync(directory, { recursive: true })
  rmSync(seed)
  return profileOf(profile)
}

function profileOf(profile: CpuProfile): Profile {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const steps = stepsOf(profile)
  return {
    functions: sharesOf(profile, (id) => nameOf(frames.get(id) ?? { functionName: '', url: '' })),
    steps: sharesOf(profile, (id) => steps.get(id) ?? ''),
  }
}

/** The step of each node: that of the innermost function that has one. */
function stepsOf({ nodes }: CpuProfile): Map<number, string> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const stepFrom = (id: number): string => {
    let isOurs = false
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName = '', url = '' } = frames.get(at) ?? {}
      // Node has functions of the same names.
      const step = url.startsWith('node:') ? undefined : STEP_OF.get(functionName)
      if (step !== undefined) return step
      isOurs ||= url.startsWith('file:')
    }
    return isOurs ? 'the rest of the mock' : "Node's server and event loop"
  }
  return new Map(nodes.map(({ id }) => [id, stepFrom(id)]))
}

function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, nameOfNode: (id: number) => string): Profiled[] {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  const times = new Map<string, number>()
  let busy = 0
  for (const [i, id] of samples.entries()) {
    if (idle.has(id)) continue
    const time = timeDeltas[i] ?? 0
    busy += time
    const name = nameOfNode(id)
    times.set(name, (times.get(name) ?? 0) + time)
  }
  return [...times].map(([name, time]) => ({ name, share: time / busy })).toSorted((a, b) => b.share - a.share)
}

/** Without this machine's folders, and without the hash that the build adds to a file name. */
function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.startsWith('node:') ? url : (url.split('/').at(-1) ?? '').replace(/-[\w-]{8}(?=\.js$)/, '')
  return [functionName || '(anonymous)', file].filter(Boolean).join(' · ')
}
