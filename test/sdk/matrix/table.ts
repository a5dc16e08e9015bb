import { type Keys, PRODUCT_STEPS, type Sdk, STEPS, type Step, TRANSFER_STEPS, titleOf, type Way } from './sdk.ts'

/** Result of a step. */
export interface Cell {
  readonly kind: 'passed' | 'unable' | 'failed'
  /** The reason, unless it passed. */
  readonly text: string
}

/** An SDK with one kind of keys, connected in one way. */
export interface Row {
  readonly sdk: Sdk
  readonly keys: Keys
  readonly way: Way
  /** For the steps of the program. */
  readonly cells: Readonly<Partial<Record<Step, Cell>>>
}

export const SIGNS = { passed: '✓', unable: '–', failed: '✗' } as const

const COLUMNS = [...STEPS, ...TRANSFER_STEPS, ...PRODUCT_STEPS]

/** A terminal table of everything that ran, and of everything that did not. */
export function matrixTable(rows: readonly Row[], notRun: Readonly<Record<string, string>>): string {
  const lines = rows
    .toSorted((one, other) => label(one).localeCompare(label(other)))
    .map((row) => [label(row), ...COLUMNS.map((step) => signOf(row.cells[step]))])
  const table = [['', ...COLUMNS], ...lines]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
  const text = table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...text, ...Object.entries(notRun).map(([name, reason]) => `${name}: not run: ${reason}`), ''].join('\n')
}

const signOf = (cell: Cell | undefined): string => (cell ? SIGNS[cell.kind] : '')

function label({ sdk, keys, way }: Row): string {
  return `${titleOf(sdk)}, ${keys}, ${way}`
}
