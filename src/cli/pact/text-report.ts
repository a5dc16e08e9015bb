import type { InteractionResult, PactVerification } from '../../../contracts/kit/report.ts'
import { oneLine } from '../output.ts'
import type { Texts } from '../texts/en.ts'

/** A verification for people: a line for each interaction, and below it why it failed. */
export function textReport({ interactions, problems }: PactVerification, texts: Texts): string {
  const { verify: own } = texts.pact
  const lines: string[] = []
  let consumer: string | undefined
  for (const interaction of interactions) {
    if (interaction.consumer !== consumer) lines.push(own.consumer(oneLine(interaction.consumer)))
    consumer = interaction.consumer
    lines.push(...linesOf(interaction, texts))
  }
  const failed = interactions.filter(({ ok, pending }) => !ok && !pending).length
  const pending = interactions.filter(({ ok, pending }) => !ok && pending).length
  return [
    ...lines,
    ...problems.map((problem) => own.problem(oneLine(problem))),
    own.sum(interactions.length, failed, pending),
    '',
  ].join('\n')
}

function linesOf(
  { ok, pending, description, states, mismatches, reasons }: InteractionResult,
  { pact: { verify: own } }: Texts,
): string[] {
  const word = ok ? own.ok : pending ? own.pending : own.failedWord
  const given = states.length === 0 ? '' : `  [${states.map(oneLine).join(' + ')}]`
  return [
    `  ${word}  ${oneLine(description)}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
    ...mismatches.map(({ at, text }) => `        - ${at === undefined ? '' : `${oneLine(at)}: `}${oneLine(text)}`),
  ]
}
