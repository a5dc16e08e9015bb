import { UsageError } from '../../wire/protocol/errors.ts'
import type { WorldJson } from '../json.ts'
import standard from './default.json' with { type: 'json' }
import empty from './empty.json' with { type: 'json' }
import life from './life.json' with { type: 'json' }
import partner from './partner.json' with { type: 'json' }
import times from './times.json' with { type: 'json' }
import transfers from './transfers.json' with { type: 'json' }

export type ScenarioName = 'default' | 'empty' | 'life' | 'partner' | 'times' | 'transfers'

// All are loaded at start: together they cost a millisecond, and bundlers include them.
const worlds: Readonly<Record<ScenarioName, object>> = { default: standard, empty, life, partner, times, transfers }

/** Named worlds to start from; each `description` says what is in it. Do not modify them: {@link scenario} returns copies. */
export const scenarios = worlds as Readonly<Record<string, WorldJson>>

/**
 * Returns a scenario by its name, as a copy that may be modified.
 *
 * @throws UsageError `MOCK_SCENARIO` for an unknown name
 */
export function scenario(name: ScenarioName | (string & {})): WorldJson {
  const world = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (!world) {
    throw new UsageError('MOCK_SCENARIO', {
      en: `There is no scenario "${name}". There are: ${Object.keys(scenarios).join(', ')}.`,
      zh: `没有名为“${name}”的场景，可用的有：${Object.keys(scenarios).join('、')}。`,
    })
  }
  return structuredClone(world)
}
