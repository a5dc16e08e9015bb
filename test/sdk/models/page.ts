import { type Difference, lineOf } from './compare.ts'
import { KNOWN_DIFFERENCES, type KnownDifferences } from './known-differences.ts'
import type { SdkName } from './sdks.ts'

/** Result of comparing with one SDK. */
export interface Finding {
  readonly name: SdkName
  readonly version: string
  readonly calls: number
  readonly members: number
  readonly differences: readonly Difference[]
}

const HEAD = `What the mock's OpenAPI document says of simulated calls is compared, member by member, with the models of two official SDKs: the classes of wechatpay-java, read by
reflection from its published jar, and the types of wechatpay-go, read from the source of its published module. Calls are matched by method and path; the SDKs' own
services say what goes into path, query and body. Whether they get along with the other calls, [their methods](#every-method-of-the-official-sdks) tell.

The comparison covers members, JSON types, enumerated values, and what is required. wechatpay-java does not say what is required. Types do not count in a URL,
where everything is text. An answer may always contain a member that an SDK treats as optional, but not the other way round.

\`npm run test:sdk\` fails for a difference that is not listed here, and for a listed one that no
longer exists.
`

/** The part of the page about the findings. It omits differences without a reason, for which the run fails. */
export function modelsPage(findings: readonly Finding[]): string {
  return [
    HEAD,
    tableOf(
      ['SDK', 'calls', 'members', 'differences'],
      findings.map(({ name, version, calls, members, differences }) =>
        [`${name} ${version}`, calls, members, differences.length].map(String),
      ),
    ),
    '### The differences, and why',
    '',
    ...KNOWN_DIFFERENCES.map((group) => groupOf(group, findings)),
  ].join('\n')
}

/** Combines the same difference in several calls into one row. */
function groupOf({ sdks, reason, lines }: KnownDifferences, findings: readonly Finding[]): string {
  const finding = findings.find(({ name }) => sdks.includes(name))
  const differences = finding?.differences.filter((difference) => lines.includes(lineOf(difference))) ?? []
  const rows = Map.groupBy(differences, ({ member, what }) => `${member && `\`${member}\``} | ${what}`)
  return [
    `**${sdks.join(', ')}**: ${reason}`,
    '',
    tableOf(
      ['member', 'difference', 'calls'],
      [...rows].map(([row, same]) => [row, same.map(({ call }) => call).join(', ')]),
    ),
  ].join('\n')
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}
