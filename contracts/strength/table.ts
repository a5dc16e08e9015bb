import type { Verdict } from '../provider/verification.ts'

/** What became of a server. */
export interface Row {
  readonly kind: 'broken' | 'left to conformance' | 'benign'
  readonly server: string
  readonly contract: Verdict
  readonly conformance: Verdict
  /** The most telling of what it failed with. */
  readonly by: string | undefined
}

const REASON_LIMIT = 160

/** A table in Markdown of which servers were noticed, by how many interactions of how many, and a line that sums it up. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ['kind', 'server', 'contract', 'conformance', 'caught by'],
    ...rows.map(({ kind, server, contract, conformance, by }) => [
      kind,
      server,
      failed(contract),
      failed(conformance),
      by === undefined ? (kind === 'benign' ? 'nothing, as it has to be' : 'NOT CAUGHT') : shortened(by),
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '))
  return [...lines, summary(rows)].join('\n')
}

function summary(rows: readonly Row[]): string {
  const noticed = (verdict: 'contract' | 'conformance', kind: Row['kind']) => {
    const those = rows.filter((row) => row.kind === kind)
    return `${those.filter((row) => !row[verdict].ok).length} of ${those.length}`
  }
  return (['broken', 'left to conformance', 'benign'] as const)
    .map(
      (kind) =>
        `${kind}: ${noticed('contract', kind)} noticed by the contract, ${noticed('conformance', kind)} by conformance`,
    )
    .join('\n')
}

function failed({ ok, interactions }: Verdict): string {
  const number = interactions.filter((interaction) => !interaction.ok).length
  // What no interaction can say is noticed beside them.
  return number === 0 && !ok ? 'beside' : `${number} of ${interactions.length}`
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > REASON_LIMIT ? `${line.slice(0, REASON_LIMIT)}…` : line
}
