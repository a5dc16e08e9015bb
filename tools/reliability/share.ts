import { createHash } from 'node:crypto'
import { relative, sep } from 'node:path'

/** A change that Stryker can make. */
interface Change {
  readonly mutatorName: string
  readonly replacement?: string
}

/** Counted from 0. */
interface Place {
  readonly line: number
  readonly column: number
}

/**
 * Whether a change is in the random share that MUTATION_SHARE and MUTATION_SEED ask for: the same ones each time, as long as the file stays as it is.
 *
 * @param file - path from the root of the checkout
 */
export function isInShare(file: string, { mutatorName, replacement }: Change, { line, column }: Place): boolean {
  const { MUTATION_SHARE = '1', MUTATION_SEED = '1' } = process.env
  const identity = JSON.stringify([MUTATION_SEED, file, mutatorName, replacement, line, column])
  return createHash('sha256').update(identity).digest().readUInt32BE() / 2 ** 32 < Number(MUTATION_SHARE)
}

interface Mutant extends Change {
  readonly id: string
  readonly fileName: string
  readonly location: { readonly start: Place }
}

function verdictOn(mutant: Mutant) {
  const { fileName, location } = mutant
  return isInShare(relative(process.cwd(), fileName).replaceAll(sep, '/'), mutant, location.start)
    ? { status: 'passed' }
    : { status: 'compileError', reason: 'not in the share' }
}

/** Lets Stryker try only what is in the share. */
const share = {
  async init() {},
  async group(mutants: readonly Mutant[]) {
    return [mutants.map(({ id }) => id)]
  },
  async check(mutants: readonly Mutant[]) {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdictOn(mutant)]))
  },
}

export const strykerPlugins = [{ kind: 'Checker', name: 'share', value: share }]
