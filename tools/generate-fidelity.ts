/** Writes docs/fidelity.md: what each call is believed to do, and how we know. */
import { writeFileSync } from 'node:fs'
import type { OperationDescription } from '../src/engine/operation.ts'
import { commonErrors } from '../src/protocol/common-errors.ts'
import type { ErrorDefinition } from '../src/protocol/errors.ts'
import { operations } from '../test/helpers/operations.ts'

const MEANING = {
  documented: 'stated by the vendor’s public documents or official SDKs',
  observed: 'seen in an answer of the live service that a developer published',
  reported: 'told on the vendor’s forum; wording known, status or code often not',
  sibling: 'documented for a sister call only',
  inferred: 'our own conclusion where nothing was found',
} as const

const escapeCell = (text: string) => text.replaceAll('|', '\\|')

function errorTable(errors: Readonly<Record<string, ErrorDefinition>>): string {
  const rows = Object.values(errors).map(
    ({ status, code, message, when, evidence }) =>
      `| ${status} | \`${code}\` | ${escapeCell(message)} | ${escapeCell(when)} | ${evidence} |`,
  )
  return ['| status | code | message | when | evidence |', '|---|---|---|---|---|', ...rows].join('\n')
}

function rateOf({ calls, seconds, failing }: NonNullable<OperationDescription['rateLimit']>): string {
  const time = seconds === 1 ? 'a second' : seconds === 60 ? 'a minute' : `${seconds} seconds`
  const failures = failing === undefined ? '' : `, and fail at it ${failing} times, after which no call is taken in it`
  return `A merchant may call it ${calls} times in ${time}${failures}; counted with \`--rate-limit on\` only.`
}

/** The document, made from the operations and the errors that every call has. */
export function fidelity(): string {
  const sections = operations.map(({ id, method, path, summary, title, source, rules, rateLimit, errors }) =>
    [
      `## ${title} · ${summary}`,
      `\`${method} ${path}\` · \`${id}\` · [official page](${source})`,
      [
        '| rule | evidence |',
        '|---|---|',
        ...rules.map(({ rule, evidence }) => `| ${escapeCell(rule)} | ${evidence} |`),
        ...(rateLimit ? [`| ${rateOf(rateLimit)} | ${rateLimit.evidence} |`] : []),
      ].join('\n'),
      errorTable(errors),
    ].join('\n\n'),
  )
  return `${[
    '# How sure we are',
    'Made from the operations by `npm run docs`; do not edit. WeChat Pay has no sandbox and much of its behaviour is not written down, so every rule says how we know it:',
    [
      '| evidence | meaning |',
      '|---|---|',
      ...Object.entries(MEANING).map(([word, meaning]) => `| ${word} | ${meaning} |`),
    ].join('\n'),
    '## Every call',
    errorTable(commonErrors),
    ...sections,
  ].join('\n\n')}\n`
}

export const fidelityFile = new URL('../docs/fidelity.md', import.meta.url)

if (import.meta.main) writeFileSync(fidelityFile, fidelity())
