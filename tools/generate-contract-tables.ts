/** Writes the tables of contracts/kit/README.md: provider states with their parameters, and the refusals of calls. */
import { readFileSync, writeFileSync } from 'node:fs'
import * as kit from '../contracts/kit/index.ts'
import { table, withParts } from './documents/made-parts.ts'

/** A group of states with the same parameters, side by side in the list. */
interface Group {
  readonly names: string[]
  readonly parameters: string
}

const inCode = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')

function stateTable(): string {
  const groups: Group[] = []
  for (const [name, state] of Object.entries(kit.states)) {
    const parameters = inCode(Object.keys(state.parameters))
    const latest = groups.at(-1)
    if (latest?.parameters === parameters) latest.names.push(name)
    else groups.push({ names: [name], parameters })
  }
  return table(
    ['state', 'parameters'],
    groups.map(({ names, parameters }) => [inCode(names), parameters]),
  )
}

/** Defaults of the parameters; some depend on the state. */
function defaultTable(): string {
  const values = new Map<string, Set<string>>()
  for (const { parameters } of Object.values(kit.states)) {
    for (const [name, value] of Object.entries(parameters)) values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  return table(
    ['parameter', 'default'],
    [...values].map(([name, all]) => [
      `\`${name}\``,
      [...all].map((value) => (value === '' ? 'none' : `\`${value}\``)).join(' or '),
    ]),
  )
}

function refusalTable(): string {
  const calls = Object.values(kit).filter((one) => typeof one === 'object' && 'errors' in one)
  return table(
    ['call', 'keys'],
    calls.map(({ id, errors }) => [
      `\`${id}\``,
      Object.entries(errors)
        .map(([key, { status, code }]) => `\`${key}\` ${status} ${code}`)
        .join(', '),
    ]),
  )
}

const TABLES = { states: stateTable, defaults: defaultTable, refusals: refusalTable }

/** The page with its tables regenerated. */
export function withContractTables(page: string): string {
  return withParts(page, TABLES)
}

export const contractPage = new URL('../contracts/kit/README.md', import.meta.url)

if (import.meta.main) writeFileSync(contractPage, withContractTables(readFileSync(contractPage, 'utf8')))
