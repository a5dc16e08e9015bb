import { type Difference, lineOf } from './compare.ts'
import { KNOWN_DIFFERENCES, type KnownDifferences } from './known-differences.ts'
import type { SdkName } from './sdks.ts'

/** What the comparison with one SDK came to. */
export interface Finding {
  readonly name: SdkName
  readonly version: string
  readonly calls: number
  readonly members: number
  readonly differences: readonly Difference[]
}

const HEAD = `# What is served, beside the models of the official SDKs

The OpenAPI document of the mock is compared, member by member, with what two official SDKs know of the same calls: with the classes of wechatpay-java, read by
reflection from its published jar, and with the types of wechatpay-go, read from the source of its published module. A call is the same when method and path are;
the SDKs' services themselves say what they send in path, query and body.

Compared are the members, their JSON types, the values that a text may have, and what is required. wechatpay-java does not say what is required. In a URL
everything is text, so types do not count there. An answer may have a member always that an SDK can do without, but not the other way round.

This page is written by the run itself: \`npm run test:sdk -- --update\`. \`npm run test:sdk\` fails for a difference that is not known, and for a known one that is
gone.
`

/** The page about what was found. A difference without a reason is not on it: the run fails for that. */
export function modelsPage(findings: readonly Finding[]): string {
  return [
    HEAD,
    tableOf(
      ['SDK', 'calls', 'members', 'differences'],
      findings.map(({ name, version, calls, members, differences }) =>
        [`${name} ${version}`, calls, members, differences.length].map(String),
      ),
    ),
    '## The differences, and why',
    '',
    ...KNOWN_DIFFERENCES.map((group) => groupOf(group, findings)),
  ].join('\n')
}

/** One row for what is the same in several calls. */
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
