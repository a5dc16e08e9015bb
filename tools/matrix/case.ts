import { type Format, type ProgramName, program, type Runner } from './programs.ts'

/** Which Node runs a case: the oldest that the package allows, or the one that runs this repository. */
export type NodeName = 'oldest' | 'own'

/** One test runner in one format. It is run in a folder of its own, under the project that its packages are installed in. */
export interface Case {
  /** As the table shows it, with the version. */
  readonly runner: string
  readonly format: string
  /** What else the table has to say, such as the version of msw. */
  readonly beside?: string
  readonly nodes: readonly NodeName[]
  readonly files: Readonly<Record<string, string>>
  /** What Node is started with; a path into `node_modules` is looked up from the project. */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** What it has to say while it fails; without this, it has to succeed. */
  readonly refusal?: string
  /** A program without which it cannot be run. */
  readonly needs?: 'redis-server'
}

/** Packages that are installed once, beside the package, for several cases. */
export interface Project {
  readonly packages: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

export const BOTH: readonly NodeName[] = ['oldest', 'own']

const EXTENSIONS: Readonly<Record<Format, string>> = { import: '.mjs', require: '.cjs', TypeScript: '.ts' }

/** Programs as files of tests, `shop.test.mjs`. */
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

/** `node --test`, the same programs in both formats. */
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
