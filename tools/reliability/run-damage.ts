/**
 * Damages data files at random, as disks, copies and other programs do, and opens them: `npm run test:damage`. Ends with 1 where one is used with
 * another state without a word, or ends in an error that does not say which file is damaged.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--rounds 100`, `--seed 1` to damage the same places again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../../test/model/random.ts'
import { kinds, type Outcome, outcomeOf, prepare, spoil } from '../../test/stores/damages.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const rounds = Number(options.rounds)
const random = new Random(Number(options.seed))
const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-damage-'))
const totals = new Map<string, Record<Outcome, number>>()
try {
  const states = {
    'closed, its file': await prepare(join(directory, 'closed.db'), 'closed'),
    'killed, its file or log': await prepare(join(directory, 'killed.db'), 'killed'),
  }
  for (let round = 1; round <= rounds; round++) {
    const file = join(directory, 'mock.db')
    const [name, prepared] = random.pick(Object.entries(states))
    const part = random.pick(prepared.parts)
    // Without any file there is nothing to damage: a new one is begun.
    const kind = random.pick(prepared.parts.length === 1 ? kinds.filter((one) => one !== 'gone') : kinds)
    const seed = random.below(1e9)
    await prepared.copyTo(file)
    await spoil(file, part, kind, seed)
    const { outcome, says } = await outcomeOf(file, prepared.state)
    const counts = totals.get(name) ?? { refused: 0, told: 0, same: 0, unnoticed: 0, bug: 0 }
    totals.set(name, { ...counts, [outcome]: counts[outcome] + 1 })
    console.log(`${round}/${rounds} ${name}: ${kind}${part && ` of the log`}, ${seed}: ${outcome} ${says}`)
    if (outcome === 'bug' || outcome === 'unnoticed') process.exitCode = 1
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
for (const [name, { refused, told, same, unnoticed, bug }] of totals) {
  const columns = {
    'was damaged': name,
    damages: refused + told + same + unnoticed + bug,
    'refused, with the file and what to do': refused,
    'used with an earlier state, with a warning': told,
    'used with the whole state': same,
    'used with another state, without a word': unnoticed,
    'a bug': bug,
  }
  console.log(columns)
  if (isToBeKept) keepResult('damage', name.startsWith('closed') ? 'closed' : 'killed', { columns, ...aboutThisRun() })
}
