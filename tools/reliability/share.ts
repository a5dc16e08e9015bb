import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

interface Position {
  readonly line: number
  readonly column: number
}

/** Where an expression or a statement stands. Lines and columns are counted from 0. */
interface Place {
  readonly start: Position
  readonly end: Position
}

/**
 * Whether the changes of an expression or a statement are in the random share that MUTATION_SHARE and MUTATION_SEED ask for. The choice stays the same as
 * long as its first and last line and the name of its file do: code may move to another line or folder.
 */
export function isInShare(fileName: string, lines: readonly string[], { start, end }: Place): boolean {
  const { MUTATION_SHARE = '1', MUTATION_SEED = '1' } = process.env
  const first = lines[start.line] ?? ''
  const indent = first.length - first.trimStart().length
  const sides = [start, end].flatMap(({ line, column }) => [lines[line]?.trim(), column - indent])
  const identity = JSON.stringify([MUTATION_SEED, basename(fileName), ...sides])
  return createHash('sha256').update(identity).digest().readUInt32BE() / 2 ** 32 < Number(MUTATION_SHARE)
}

/** A node of Babel. Its lines are counted from 1. */
interface Node {
  readonly type: string
  readonly loc?: Place | null
}

interface Path {
  readonly node: Node
  readonly hub: { readonly file: { readonly code: string; readonly opts: { readonly filename: string } } }
}

/** The reason that the report gives for changes outside the share. */
export const NOT_IN_SHARE = 'not in the share'

const known = new WeakMap<object, boolean>()

/** Whether a node, or one inside, is in the share. */
function hasShare(node: Node, fileName: string, lines: readonly string[]): boolean {
  const before = known.get(node)
  if (before !== undefined) return before
  const isIn = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(isIn)
    return typeof value === 'object' && value !== null && 'type' in value && hasShare(value as Node, fileName, lines)
  }
  const has = (node.loc && isInShare(fileName, lines, fromZero(node.loc))) || Object.values(node).some(isIn)
  known.set(node, has)
  return has
}

const fromZero = ({ start, end }: Place): Place => ({
  start: { line: start.line - 1, column: start.column },
  end: { line: end.line - 1, column: end.column },
})

/** Lets Stryker change only code that has some of the share in it: for all of `src`, what each test reaches takes gigabytes to list. */
const ignorer = {
  shouldIgnore({ node, hub: { file } }: Path): string | undefined {
    return hasShare(node, file.opts.filename, file.code.split('\n')) ? undefined : NOT_IN_SHARE
  },
}

/** A change that Stryker can make. */
interface Mutant {
  readonly id: string
  readonly fileName: string
  readonly location: Place
}

/** Leaves out code around the share, which Stryker changes too. */
const checker = {
  async init() {},
  async group(mutants: readonly Mutant[]) {
    return [mutants.map(({ id }) => id)]
  },
  async check(mutants: readonly Mutant[]) {
    return Object.fromEntries(
      mutants.map(({ id, fileName, location }) => {
        const isIn = isInShare(fileName, readFileSync(fileName, 'utf8').split('\n'), location)
        return [id, isIn ? { status: 'passed' } : { status: 'compileError', reason: NOT_IN_SHARE }]
      }),
    )
  },
}

export const strykerPlugins = [
  { kind: 'Ignore', name: 'share', value: ignorer },
  { kind: 'Checker', name: 'share', value: checker },
]
