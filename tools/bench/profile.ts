import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { associateRequests } from './associate-requests.ts'
import { measureLoad, reset } from './http.ts'
import { bin, start } from './measure.ts'
import { progress } from './progress.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 5_000
const ROUNDS = 4

/** A function of the profile, and its own share of the main thread's busy time. */
export interface ProfiledFunction {
  readonly name: string
  readonly share: number
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Profile of the server's main thread under a load of associates, the most expensive functions first. */
export async function profileAssociate(): Promise<readonly ProfiledFunction[]> {
  progress('profile')
  const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-profile-'))
  const seed = await writeSeed(REQUESTS)
  const { url, stop } = await start([
    '--cpu-prof',
    `--cpu-prof-dir=${directory}`,
    '--cpu-prof-interval=200',
    ...[bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed],
  ])
  for (let round = 0; round < ROUNDS; round++) {
    await measureLoad(url, await associateRequests(REQUESTS))
    await reset(url)
  }
  await stop()
  const [file = ''] = readdirSync(directory)
  const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile
  rmSync(directory, { recursive: true })
  rmSync(seed)
  return sharesOf(profile)
}

function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): readonly ProfiledFunction[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  let busy = 0
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    if (name === '(idle)') continue
    const time = timeDeltas[i] ?? 0
    busy += time
    times.set(name, (times.get(name) ?? 0) + time)
  }
  return [...times].map(([name, time]) => ({ name, share: time / busy })).toSorted((a, b) => b.share - a.share)
}

/** Without this machine's folders, and without the hash that the build adds to a file name. */
function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.startsWith('node:') ? url : (url.split('/').at(-1) ?? '').replace(/-[\w-]{8}(?=\.js$)/, '')
  return [functionName || '(anonymous)', file].filter(Boolean).join(' · ')
}
