import { PRODUCTS } from './products.ts'
import { KEYS, PRODUCT_STEPS, type Sdk, STEPS, type Step, stepsOf, TRANSFER_STEPS, titleOf, waysOf } from './sdk.ts'
import { sdks } from './sdks.ts'
import { PLAYS } from './steps.ts'
import { type Cell, type Row, SIGNS } from './table.ts'

const legend = (steps: readonly Step[]): string =>
  ['| step | the SDK |', '|---|---|', ...steps.map((step) => `| ${step} | ${PLAYS[step].title} |`)].join('\n')

const HEAD = `Each SDK is unmodified, in its own language, and the newest that was published when its version was pinned here, or an older one that is in wide use. Its program
(in \`test/sdk/matrix/programs\`) takes a step, and then the mock is asked over the control API whether that came of it which should have.

The tables are written by the run itself: \`npm run test:sdk -- --update\`. \`npm run test:sdk\` fails when it is told otherwise here. What an SDK cannot do is tried
too, so that the day it can is noticed.

By base URL, the program says where the mock is, in the way that the SDK has for that. By proxy, the program knows nothing of it: a forward proxy and the CA
are settings of its runtime, as \`wechatpay-mock run -- <command>\` makes them.

${legend(STEPS)}

SDKs that transfer money (商家转账) take these steps too, by calls of their own or by what they make any call with:

${legend(TRANSFER_STEPS)}

Four SDKs also use products that the mock does not simulate, in a step for each: they make something, read it, hand on an error that was planned, and verify and decrypt
a callback where the product has one, and reject it when it was changed. The rows are the calls that make something and the callbacks that are sent.

${productLegend()}

✓ it does · – it cannot, for the reason that is given · 404: merchants with the public key have no certificates, and the SDK hands \`RESOURCE_NOT_EXISTS\` to its
caller.
`

function productLegend(): string {
  const rows = PRODUCT_STEPS.map((step) => {
    const { title, makes, event } = PRODUCTS[step]
    return `| ${step} | ${title} | \`${makes}\` | ${event ? `\`${event.name}\`` : ''} |`
  })
  return ['| step | product | call | callback |', '|---|---|---|---|', ...rows].join('\n')
}

const NO_STATUS = 'Its errors have the code and the message, and not the HTTP status.'
const NOT_RUN = 'Not run: the machine that this page was written on did not have it.'

/**
 * The part of the page about the results. An SDK that did not run on this machine, in both ways and with both keys, keeps its section.
 *
 * @throws if a step failed: such a run gets no page
 */
export function matrixPage(rows: readonly Row[], page: string): string {
  const failed = rows.filter(({ sdk, cells }) => stepsOf(sdk).some((step) => cells[step]?.kind === 'failed'))
  if (failed.length > 0) throw new Error('Steps failed: the page is not written')
  const sections = sdks.map((sdk) => {
    const own = KEYS.flatMap((keys) =>
      waysOf(sdk).flatMap((way) => rows.find((row) => row.sdk === sdk && row.keys === keys && row.way === way) ?? []),
    )
    const title = `## ${titleOf(sdk)}`
    const section =
      own.length === KEYS.length * waysOf(sdk).length ? sectionOf(sdk, own) : (sectionIn(page, title) ?? `${NOT_RUN}\n`)
    return `${title}\n\n${section}`
  })
  return [HEAD, ...sections].join('\n')
}

function sectionIn(page: string, title: string): string | undefined {
  const [, section] = page.split(`${title}\n\n`)
  return section && `${section.split('\n## ')[0]?.trimEnd()}\n`
}

function sectionOf(sdk: Sdk, rows: readonly Row[]): string {
  const notes = [...reasons(sdk, rows), ...(sdk.hidesStatus ? [NO_STATUS] : []), ...(sdk.remarks ?? [])]
  return [
    ...tableOf(sdk, rows, STEPS),
    ...(sdk.transfers === undefined
      ? []
      : ['', `It transfers money by ${sdk.transfers}:`, '', ...tableOf(sdk, rows, TRANSFER_STEPS)]),
    ...(sdk.products?.length
      ? ['', 'It uses products that the mock does not simulate:', '', ...tableOf(sdk, rows, sdk.products)]
      : []),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
    '',
  ].join('\n')
}

function tableOf(sdk: Sdk, rows: readonly Row[], steps: readonly Step[]): string[] {
  const lines = rows.map((row) => [
    row.keys,
    `${row.way}: ${sdk.told[row.way]}`,
    ...steps.map((step) => sign(row.cells[step], step, row)),
  ])
  return [['keys', 'connected by', ...steps], ['---', '---', ...steps.map(() => '---')], ...lines].map(
    (cells) => `| ${cells.join(' | ')} |`,
  )
}

function sign(cell: Cell | undefined, step: Step, { keys }: Row): string {
  if (cell === undefined) return ''
  const { kind } = cell
  return kind === 'passed' && step === 'certificates' && keys === 'public-key' ? '✓ 404' : SIGNS[kind]
}

function reasons({ inabilities }: Sdk, rows: readonly Row[]): string[] {
  const said = new Set(rows.flatMap(({ cells }) => Object.values(cells).map(({ text }) => text)))
  const unable = inabilities.map(({ steps, keys = [], reason }) => ({
    what: [...(steps === STEPS ? ['every step'] : steps), ...keys].join(', '),
    reason,
  }))
  return unable.filter(({ reason }) => said.has(reason)).map(({ what, reason }) => `– ${what}: ${reason}.`)
}
