import type { Option } from 'commander'
import type { ThingValue } from '../control/formats/thing.ts'
import type { MockControl } from '../mock-control.ts'
import type { UsageError, UsageErrorCode } from '../wire/protocol/errors.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import { listed } from '../wire/shared/texts.ts'
import { type CliCommand, usageError } from './command.ts'
import { fillUrlFromEnvironment } from './environment.ts'
import { askRunningMock, mchidOption, urlHere, urlOption } from './running-mock.ts'
import { commonTexts, type Language } from './texts.ts'

const en = {
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  onlyWith: (flag: string, actions: string): string => `${flag} is for ${actions} only`,
  shown: (one: string, heading: string, state = ''): string => `${one} ${heading}${state === '' ? '' : `: ${state}`}`,
  fact: (title: string, value: string): string => `  ${title}: ${value}`,
  callback: (event: string, outcome: string): string => `  Callback ${event}: ${outcome}`,
  answered: (status: number): string => `answered with ${status}`,
  stop: '. ',
}

const zh: typeof en = {
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  onlyWith: (flag, actions) => `${flag} 只用于 ${actions}`,
  shown: (one, heading, state = '') => `${one} ${heading}${state === '' ? '' : `：${state}`}`,
  fact: (title, value) => `  ${title}：${value}`,
  callback: (event, outcome) => `  回调 ${event}：${outcome}`,
  answered: (status) => `应答 ${status}`,
  stop: '。',
}

const texts = { en, zh }

interface CommonOptions {
  readonly url?: string
  readonly mchid?: string
  readonly controlToken?: string
  readonly json?: boolean
}

/** The outcome of an action: an answer of the control API, and the thing that it is about. */
interface Done {
  readonly answer: unknown
  readonly kind: string
  /** Its owner and its key. */
  readonly name: readonly string[]
  /** Said besides what the thing says of itself. */
  readonly remark?: string | undefined
}

interface ThingCommand<Action extends string, Options> {
  /** Name and description of the argument that names the thing. */
  readonly number: readonly [name: string, description: string]
  /** Words of the first argument, with its description. */
  readonly actions: readonly [words: readonly Action[], description: string]
  readonly mchid: string
  readonly options: readonly Option[]
  /** Refusals of correct calls, which end with exit code 1 instead of 2. */
  readonly no: readonly UsageErrorCode[]
  /** @throws UsageError for an option that the action does not take */
  check(action: Action, options: Options): void
  act(
    control: MockControl,
    action: Action,
    number: string,
    options: Options,
    owner: { readonly mchid?: string },
  ): Promise<Done>
  refusal?(control: MockControl, error: UsageError, number: string, options: Options): Awaitable<string>
}

/** Defines a command that looks at a thing of a running mock, or does something to it, and prints the thing as the dashboard shows it. */
export function defineThingCommand<Action extends string, Options>(
  command: CliCommand,
  { number, actions, mchid, options, no, check, act, refusal }: ThingCommand<Action, Options>,
): void {
  const { language } = command
  const { runningMock, wrongUse } = commonTexts[language]
  command
    .argument('<action>', actions[1])
    .argument(`<${number[0]}>`, number[1])
    .addOption(urlOption(texts[language].url(urlHere()), language))
    .addOption(mchidOption(mchid, language))
  for (const option of options) command.addOption(option)
  command.option('--control-token <token>', runningMock.controlToken).action(async (word: string, named: string) => {
    if (named === '') command.refuse(wrongUse.missingArgument(number[0]))
    const action = actions[0].find((one) => one === word)
    if (action === undefined) {
      throw usageError(wrongUse.badValue('<action>', word, wrongUse.oneOf(listed(actions[0], language))))
    }
    check(action, command.opts<Options & CommonOptions>())
    fillUrlFromEnvironment(command)
    const given = command.opts<Options & CommonOptions>()
    const owner = given.mchid === undefined ? {} : { mchid: given.mchid }
    await askRunningMock(
      given,
      language,
      no,
      async (control) => {
        const done = await act(control, action, named, given, owner)
        return { json: done.answer, lines: () => linesAbout(control, done, given.url ?? urlHere(), language) }
      },
      refusal && ((control, error) => refusal(control, error, named, given)),
    )
  })
}

/** @throws UsageError if a flag is given with an action that does not take it */
export function onlyWith(flag: string, isGiven: boolean, fits: boolean, actions: string, language: Language): void {
  if (isGiven && !fits) throw usageError(texts[language].onlyWith(flag, actions))
}

/** The thing in lines: its facts, what belongs to it, and the outcome of the last callback about it. Waits for one that is due now. */
async function linesAbout(
  control: MockControl,
  { kind, name, remark }: Done,
  url: string,
  language: Language,
): Promise<string[]> {
  const own = texts[language]
  const [mchid = ''] = name
  await control.deliverNotifications({ mchid, state: 'pending' })
  const kinds = await control.things()
  const { heading, state, facts, related, entries } = await control.thing(kind, name.map(encodeURIComponent).join('/'))
  const last = entries.find(({ exchange }) => exchange?.callback !== undefined)?.exchange
  const outcome = [last?.status === undefined ? undefined : own.answered(last.status), last?.remark?.text]
    .filter((text) => text !== undefined)
    .join(own.stop)
  return [
    own.shown(kinds.find(({ id }) => id === kind)?.one[language] ?? kind, heading, state),
    ...facts.map((one) =>
      own.fact(one.title[language], one.opens === undefined ? valueText(one, language) : `${url}${one.opens}`),
    ),
    ...related.flatMap(({ title, items }) =>
      items.map(({ heading, state, beside }) => {
        const values = beside.map((one) => valueText(one, language))
        return own.fact(title[language], [heading, state, ...values].filter(Boolean).join(' '))
      }),
    ),
    ...(remark === undefined ? [] : [`  ${remark}`]),
    ...(outcome === '' ? [] : [own.callback(last?.callback?.event_type ?? '', outcome)]),
  ]
}

/** A value as people write it. */
export function valueText({ value, as }: ThingValue, language: Language): string {
  if (typeof value === 'object') return value[language]
  return as === 'money' ? `¥${(Number(value) / 100).toFixed(2)}` : String(value)
}
