import { setTimeout as wait } from 'node:timers/promises'
import type { ClockJson } from '../../control/answer-format.ts'
import type { MockControl } from '../../mock-control.ts'
import type { UsageErrorCode } from '../../wire/protocol/errors.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { askRunningMock, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Shows, moves, freezes or unfreezes the clock of a running mock. On the way to a later time, callbacks that fall due are delivered in order; how many of them is shown on standard error.',
  action: 'what to do: show (if left out), advance, set, freeze or run',
  value:
    'with advance, a duration in ISO 8601 or seconds; with set, a time with offset, or machine for the time of its machine; with freeze, the same if not the time it shows',
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  quiet: 'do not show how far a move has come',
  noValue: (action: string): string => `${action} takes no value`,
  after: `wechatpay-mock clock advance P31D                       31 days on
wechatpay-mock clock advance -- -PT5M                   five minutes back
wechatpay-mock clock set 2026-11-25T12:00:00+08:00
wechatpay-mock clock set machine                        the time of its machine`,
  shown: (now: string, frozen: boolean): string => `${now}, ${frozen ? 'frozen' : 'running'}`,
  moving: (to: string, progress: string): string => `moving to ${to}: ${progress}`,
  progress: (delivered: string, due: string): string => `${delivered} of ${due} callbacks`,
}

const zh: typeof en = {
  description:
    '查看、调整、冻结运行中的模拟服务的时钟，或让它继续走时。时钟前进期间到期的回调会按顺序发送，进度显示在标准错误上。',
  action: '要做的事：show 查看（默认）、advance 前进、set 设置、freeze 冻结、run 继续走时',
  value:
    '用于 advance 时是 ISO 8601 时长或秒数；用于 set 时是带时区的时间，machine 表示恢复本机时间；用于 freeze 时与 set 相同，不写则冻结在当前时间',
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  quiet: '不显示进度',
  noValue: (action) => `${action} 后面不需要其他参数`,
  after: `wechatpay-mock clock advance P31D                       前进 31 天
wechatpay-mock clock advance -- -PT5M                   后退五分钟
wechatpay-mock clock set 2026-11-25T12:00:00+08:00
wechatpay-mock clock set machine                        恢复本机时间`,
  shown: (now, frozen) => `${now}，${frozen ? '已冻结' : '走时中'}`,
  moving: (to, progress) => `正在调整到 ${to}：${progress}`,
  progress: (delivered, due) => `已发送 ${delivered} / ${due} 个回调`,
}

const texts = { en, zh }

const ACTIONS = ['show', 'advance', 'set', 'freeze', 'run'] as const
type Action = (typeof ACTIONS)[number]
const VALUES: Readonly<Record<Action, 'needed' | 'allowed' | 'none'>> = {
  show: 'none',
  advance: 'needed',
  set: 'needed',
  freeze: 'allowed',
  run: 'none',
}

interface ClockOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Refusals of correct calls, which end with exit code 1 instead of 2. */
const NO: readonly UsageErrorCode[] = ['MOCK_CLOCK_BUSY', 'MOCK_CLOCK_MOVE_ENDED']

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[action]', own.action)
    .argument('[value]', own.value)
    .addOption(urlOption(own.url(urlHere()), language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .option('--quiet', own.quiet)
    .addRemarks(own.after)
    .action(async (word = 'show', value?: string) => {
      const { wrongUse } = commonTexts[language]
      const action = ACTIONS.find((one) => one === word)
      if (!action) throw usageError(wrongUse.badValue('<action>', word, wrongUse.oneOf(listed(ACTIONS, language))))
      if (VALUES[action] === 'needed' && !value) command.refuse(wrongUse.missingArgument('value'))
      if (VALUES[action] === 'none' && value !== undefined) command.refuse(own.noValue(action))
      fillUrlFromEnvironment(command)
      await act(action, value, command.opts<ClockOptions>(), language)
    })
})

async function act(
  action: Action,
  value: string | undefined,
  options: ClockOptions,
  language: Language,
): Promise<void> {
  await askRunningMock(options, language, NO, async (control) => {
    const asked = ask(control, action, value)
    const clock = options.quiet ? await asked : await followMove(asked, () => control.clock(), language)
    return { json: clock, lines: () => clockLines(clock, language) }
  })
}

function ask(control: MockControl, action: Action, value = ''): Promise<ClockJson> {
  switch (action) {
    case 'show':
      return control.clock()
    case 'advance':
      return control.advance(/^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value)
    case 'set':
      return control.setClock({ now: value })
    case 'freeze':
      return control.freeze(value || undefined)
    case 'run':
      return control.run()
  }
}

function clockLines({ now, frozen, moving }: ClockJson, language: Language): string[] {
  const own = texts[language]
  return [own.shown(now, frozen), ...(moving ? [`  ${own.moving(moving.to, progressText(moving, language))}`] : [])]
}

type Moving = NonNullable<ClockJson['moving']>

function progressText({ delivered, due }: Moving, language: Language): string {
  return texts[language].progress(delivered.toLocaleString('en'), due.toLocaleString('en'))
}

/** How often a move is looked at: a log gets a line each time. */
const PAUSE_MS = { terminal: 200, log: 3_000 } as const

/** The part of standard error that {@link followMove} needs. */
interface Output {
  readonly isTTY?: boolean
  write(text: string): boolean
}

/** Waits for a move of the clock, and shows how far it has come: on a terminal in one line that disappears at the end, elsewhere in a line from time to time. */
export async function followMove(
  move: Promise<ClockJson>,
  look: () => Promise<ClockJson>,
  language: Language,
  output: Output = process.stderr,
  pause: (ms: number) => Promise<unknown> = (ms) => wait(ms, undefined, { ref: false }),
): Promise<ClockJson> {
  const isTerminal = output.isTTY === true
  const over = move.then(() => undefined)
  let isShown = false
  try {
    for (;;) {
      const isUnderWay = await Promise.race([over, pause(PAUSE_MS[isTerminal ? 'terminal' : 'log']).then(() => true)])
      const seen = isUnderWay && (await Promise.race([over, look()]))
      if (!seen) return await move
      if (!seen.moving) continue
      const text = progressText(seen.moving, language)
      output.write(isTerminal ? `\r\u001B[K${text}` : `${text}\n`)
      isShown = isTerminal
    }
  } finally {
    if (isShown) output.write('\r\u001B[K')
  }
}
