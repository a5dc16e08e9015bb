import { type Format, type ProgramName, program, type Runner } from './programs.ts'

/** The Node that runs a case: the oldest that the package supports, or the one that runs this repository. */
export type NodeName = 'oldest' | 'own'

/** One test runner in one format. It runs in a folder of its own, under the project in which its packages are installed. */
export interface Case {
  /** Name in the table, with the version. */
  readonly runner: string
  readonly format: string
  /** Further details for the table, such as the version of msw. */
  readonly beside?: string
  readonly nodes: readonly NodeName[]
  readonly files: Readonly<Record<string, string>>
  /** Arguments of Node; a path into `node_modules` is resolved from the project. */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Message of the expected failure. Default: it must succeed. */
  readonly refusal?: string
  /** A required program. */
  readonly needs?: 'redis-server'
}

/** Packages that are installed once, beside the package, for several cases. */
export interface Project {
  readonly packages: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
  /** Whether it stands for the others where only a part is run. */
  readonly standsForOthers?: true
}

export const BOTH: readonly NodeName[] = ['oldest', 'own']

const EXTENSIONS: Readonly<Record<Format, string>> = { import: '.mjs', require: '.cjs', TypeScript: '.ts' }

/** Programs as test files, `shop.test.mjs`. */
export function testFiles(
  names: readonly ProgramName[],
  runner: Runner,
  format: Format,
  extension = EXTENSIONS[format],
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [`${name.replaceAll(/\W+/g, '-')}.test${extension}`, program(name, runner, format)]),
  )
}

/** `node --test`, with the same programs in both formats. */
export function nodeTests(names: readonly ProgramName[], beside: string, more: Partial<Case> = {}): Case[] {
  return (['import', 'require'] as const).map((format) => ({
    runner: 'node --test',
    format,
    beside,
    nodes: BOTH,
    files: testFiles(names, 'node:test', format),
    args: ['--test'],
    ...more,
  }))
}
