import { compareTexts } from '../../../src/wire/shared/texts.ts'
import type { Keys, Sdk } from '../matrix/sdk.ts'
import type { Called } from './call-methods.ts'
import { KNOWN_REFUSALS } from './known-refusals.ts'
import type { Filling } from './samples.ts'

/** The outcomes of all methods of an SDK. */
export interface Run {
  readonly sdk: Sdk
  readonly keys: Keys
  readonly filling: Filling
  readonly called: readonly Called[]
}

const HEAD = `Every public method of every service of two official SDKs is called against the mock: the methods of wechatpay-java are found in its jar by reflection, those
of wechatpay-go by the source of its module. A request has all members that the SDK's model has, or those that the SDK requires, with values that fit their
names and types; the SDK itself encrypts what is sensitive.

A method passes when the SDK has verified and read the answer, with all members that wechatpay-go requires, or hands on a documented error that is explained
below. It fails for a member that the SDK sends and the mock does not know. A method that is refused is called again after all others, which may have made what it is about.

\`npm run test:sdk\` fails for a method that does not pass, by its name.
`

/** The part of the page about what was called. */
export function methodsPage(runs: readonly Run[]): string {
  return [
    HEAD,
    tableOf(
      ['SDK', 'keys', 'requests with', 'methods', 'answered', 'refused'],
      runs.map(({ sdk, keys, filling, called }) => {
        const answered = called.filter(({ outcome }) => outcome.answer)
        return [`${sdk.name} ${sdk.version}`, keys, filling, `${called.length}`, `${answered.length}`, codesIn(called)]
      }),
    ),
    '### What was refused, and why',
    '',
    tableOf(
      ['error', 'why', 'calls'],
      KNOWN_REFUSALS.map(({ code, reason, operations, keys, filling }) => [
        `\`${code}\``,
        [reason, ...(keys ? [`${keys} only`] : []), ...(filling ? [`${filling} only`] : [])].join('; '),
        operations.map((one) => `\`${one}\``).join(', '),
      ]),
    ),
  ].join('\n')
}

/** How many methods were refused with each code. */
function codesIn(called: readonly Called[]): string {
  const codes = called.flatMap(({ outcome }) => outcome.refused?.code ?? [])
  const counts = Map.groupBy(codes.toSorted(compareTexts), (code) => code)
  return [...counts].map(([code, all]) => `${all.length} \`${code}\``).join(', ')
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}
