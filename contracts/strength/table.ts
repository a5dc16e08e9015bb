import { shortened } from '../../src/wire/shared/texts.ts'
import type { Verdict } from '../provider/verification.ts'

/** `broken`: wrong. `inexact`: the same, but not to the letter. `benign`: no worse for anybody. */
export type Kind = 'broken' | 'inexact' | 'benign'

/**
 * Broken servers that keep the contract of the shop, which has one interaction for each thing that the shop does. Conformance catches them: it has one
 * for each refusal.
 */
const LEFT_TO_CONFORMANCE: ReadonlySet<string> = new Set([
  '403 answered as 400',
  'associate: DEACTIVATED coupon accepted',
  'associate: DELETED coupon accepted',
  'associate: EXPIRED coupon accepted',
  'associate: USED coupon accepted',
  'associate: answered with the time at which the coupon was received',
  'associate: batch not looked at',
  'associate: coupon of another merchant accepted',
  'associate: done although a field is missing',
  'associate: done although it is not signed',
  'associate: done with another number than the one that was used',
  'associate: known order not found',
  'associate: number reused for another order accepted',
  'associate: number reused with other values accepted',
  'associate: order numbers of 1 character refused',
  'associate: order numbers of 128 characters refused',
  'associate: request numbers not remembered',
  'associate: request numbers with . and / accepted',
  'associate: request numbers with a blank behind them accepted',
  'associate: unknown coupon accepted',
  'associate: unknown parameters accepted',
  'associate: wrong code for an unknown coupon',
  'deactivate: USED coupon accepted',
  'deactivate: coupon of another merchant accepted',
  'deactivate: coupon stays usable',
  'deactivate: repeated number answered with a new time',
  'deactivate: repeated number refused',
  'disassociate: DEACTIVATED coupon accepted',
  'disassociate: DELETED coupon accepted',
  'disassociate: EXPIRED coupon accepted',
  'disassociate: USED coupon accepted',
  'disassociate: batch not looked at',
  'disassociate: coupon of another merchant accepted',
  'disassociate: coupon without a link accepted',
  'disassociate: fields not checked',
  'disassociate: link not removed',
  'disassociate: number reused for another order accepted',
  'disassociate: number reused with other values accepted',
  'disassociate: number that linked taken for a repeat',
  'disassociate: order of the link not looked at',
  'fields checked before the signature',
  'paths decoded before the signature is checked',
  'queries decoded before the signature is checked',
  'queries put in order before the signature is checked',
  'query: appid not looked at',
  'query: coupon of another merchant shown',
  'query: coupon shown whoever holds it',
  'query: expired coupon shown as SENDED',
  'query: order shown although its link was taken away',
  'return: a repeat gives the coupon back once more',
  'return: coupon of another merchant accepted',
  'return: coupon stays used',
  'return: coupon that is not used accepted',
  'return: repeated number answered with a new time',
  'return: repeated number refused',
  'return: unknown coupon accepted',
  'the certificate of another merchant accepted',
  'use: DEACTIVATED coupon accepted',
  'use: DELETED coupon accepted',
  'use: EXPIRED coupon accepted',
  'use: appid not looked at',
  'use: batch not looked at',
  'use: codes of 1 character refused',
  'use: coupon of another merchant accepted',
  'use: coupon that is not usable yet accepted',
  'use: holder not looked at',
  'use: number reused with other values accepted',
  'use: request numbers not remembered',
  'use: time kept as that of London',
])

export const isLeftToConformance = (server: string): boolean => LEFT_TO_CONFORMANCE.has(server)

/** Verdicts on one server. */
export interface Row {
  readonly kind: Kind
  readonly server: string
  readonly contract: Verdict
  readonly conformance: Verdict
  /** The most telling finding. */
  readonly by: string | undefined
}

const REASON_LIMIT = 160

/**
 * Formats the results: how many interactions noticed each server, with the most telling finding; then what each interaction of the contract notices
 * that no other does; then the totals.
 */
export function formatTable(rows: readonly Row[]): string {
  const servers = formatCells([
    ['kind', 'server', 'contract', 'conformance', 'caught by'],
    ...rows.map(({ kind, server, contract, conformance, by }) => [
      kind,
      server,
      failed(contract),
      failed(conformance),
      by === undefined ? 'nothing' : shortened(by.replaceAll(/\s+/g, ' '), REASON_LIMIT),
    ]),
  ])
  const witnesses = formatCells(soleWitnesses(rows))
  return [servers, ...(witnesses.length > 0 ? [witnesses] : []), sums(rows)]
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** For each interaction of the contract, the broken servers that only it notices. An interaction without any could go, unless it is a happy path. */
function soleWitnesses(rows: readonly Row[]): string[][] {
  const broken = rows.filter(({ kind }) => kind === 'broken')
  if (broken.length === 0) return []
  const alone = broken.flatMap(({ server, contract }) => {
    const [only, another] = contract.interactions.filter(({ ok }) => !ok)
    return only && !another ? [{ server, interaction: only.description }] : []
  })
  const interactions = broken[0]?.contract.interactions ?? []
  return [
    ['interaction of the contract', 'noticed by no other'],
    ...interactions.map(({ description }) => [
      description,
      alone.flatMap(({ server, interaction }) => (interaction === description ? [server] : [])).join('; '),
    ]),
  ]
}

function sums(rows: readonly Row[]): string[] {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  return kinds.map((kind) => {
    const those = rows.filter((row) => row.kind === kind)
    const noticed = (by: 'contract' | 'conformance') => those.filter((row) => !row[by].ok).length
    return `${kind}: of ${those.length} the contract notices ${noticed('contract')}, conformance ${noticed('conformance')}`
  })
}

function formatCells(rows: readonly (readonly string[])[]): string[] {
  // The last column needs no padding.
  const widths = (rows[0] ?? [])
    .slice(0, -1)
    .map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '))
}

function failed({ ok, interactions }: Verdict): string {
  const number = interactions.filter((interaction) => !interaction.ok).length
  // Noticed by a check outside the interactions.
  return number === 0 && !ok ? 'beside' : `${number} of ${interactions.length}`
}
