import { z } from 'zod'
import { calls } from '../../control/calls/index.ts'
import type { ListedThing, ShownThing, TakeJson, ThingKind } from '../../control/formats/thing.ts'
import { servedCalls } from '../../control/served-calls.ts'
import type { MockControl } from '../../mock-control.ts'
import { products } from '../../products/index.ts'
import { UsageError, type UsageErrorCode } from '../../wire/protocol/errors.ts'
import { oneLine } from '../../wire/shared/shell.ts'
import { listed } from '../../wire/shared/texts.ts'
import { usageError } from '../command.ts'
import type { Language } from '../texts.ts'
import { valueText } from '../thing-command.ts'
import { connectionOf, controlOf, defineTool, type Said, type Session, shortened, type Tool } from './tool.ts'

const en = {
  look: {
    title: 'Look at coupons, orders, transfers and other things',
    description:
      'Without kind: the kinds of things of each product, or with text whatever has that number. With kind: the newest of it, their states, and what makes one. With name too: one thing with its facts and the actions that change_thing takes now.',
    kind: 'as find_mock and this tool name it, e.g. coupons, orders, transfers',
    name: 'its number, or its owner and the parts of its key, as a list shows it',
    limit: 'how many, at most 20; 10 if left out',
    product: (product: string, kinds: string): string => `${product}: ${kinds}`,
    next: 'Give kind to see those of one kind.',
    none: 'Nothing fits.',
    total: (shown: number, total: number): string => `${shown} of ${total}`,
    states: (states: string): string => `States: ${states}`,
    add: (kind: string, members: string): string =>
      `To make one: change_thing with kind ${kind} and values of ${members}`,
    madeBy: (of: string, title: string): string =>
      `To make one: change_thing with kind ${of}, a name, and action "${title}"`,
    action: (title: string, fields: string): string => `Action "${title}"${fields === '' ? '' : `, values: ${fields}`}`,
    noActions: 'No action is possible in this state.',
    ambiguous: (kind: string, name: string, names: string): string =>
      `${name} fits several ${kind}; give name as a list: ${names}`,
    unknown: (kind: string, name: string): string =>
      `There is no ${name} among the ${kind}: look_at_things with kind ${kind} lists them`,
  },
  change: {
    title: 'Make or change a thing, or act as the user',
    description:
      'Makes a coupon (券), an order, a transfer … in any state: kind and values. Or does something to one: kind, name and action, such as paying an order, confirming a transfer or taking a coupon on the phone, or what the merchant does in the console. look_at_things names kinds, members and actions.',
    action: 'as look_at_things titles it',
    values: 'members of what is made, or what the action asks for; what is left out is made up',
    made: (kind: string, json: string): string => `Made, among the ${kind}: ${json}`,
    nameOrValues: 'Give name and action for a thing that is there, or values for a new one; look_at_things names both',
    notMade: (kind: string, how: string): string => `No call makes ${kind} directly. ${how}`,
    onlyByCalls: 'Calls of your program make them.',
    noAction: (action: string, possible: string): string => `There is no action "${action}" now; possible: ${possible}`,
    done: (title: string, heading: string, state: string): string =>
      `Done: ${title}. ${heading}${state === '' ? '' : ` is ${state}`}`,
  },
  separator: ': ',
}

const zh: typeof en = {
  look: {
    title: '查看券、订单、转账单等',
    description:
      '不写 kind：列出各产品有哪些种类的数据；加 text 则查找带有该编号的一切。写 kind：最新的若干个、各种状态、如何新建。再写 name：其中一个的详情，以及 change_thing 此时可用的操作。',
    kind: '种类名，与 find_mock 和本工具所列相同，如 coupons、orders、transfers',
    name: '编号，或所属商户与主键各部分组成的列表，与列表所示相同',
    limit: '个数，最多 20；不写则为 10',
    product: (product, kinds) => `${product}：${kinds}`,
    next: '写明 kind 可查看其中一种。',
    none: '没有符合的内容。',
    total: (shown, total) => `共 ${total} 个，列出 ${shown} 个`,
    states: (states) => `状态：${states}`,
    add: (kind, members) => `新建：change_thing，kind 为 ${kind}，values 可含 ${members}`,
    madeBy: (of, title) => `新建：change_thing，kind 为 ${of}，写明 name，action 为“${title}”`,
    action: (title, fields) => `操作“${title}”${fields === '' ? '' : `，values：${fields}`}`,
    noActions: '此状态下没有可用的操作。',
    ambiguous: (kind, name, names) => `${kind} 中有多个符合 ${name}，请以列表形式写 name：${names}`,
    unknown: (kind, name) => `${kind} 中没有 ${name}，用 look_at_things（kind 为 ${kind}）可列出`,
  },
  change: {
    title: '新建或改变数据，或以用户身份操作',
    description:
      '新建任意状态的券、订单、转账单等：写 kind 和 values。或对已有的执行操作：写 kind、name 和 action，例如用户在手机上支付订单、确认收款、领券，或商户在商户平台上的操作。种类、字段和操作见 look_at_things。',
    action: '操作名，与 look_at_things 所示相同',
    values: '新建内容的字段，或操作所需的值；不写的自动补全',
    made: (kind, json) => `已新建（${kind}）：${json}`,
    nameOrValues: '操作已有的请写 name 和 action，新建请写 values；两者均见 look_at_things',
    notMade: (kind, how) => `${kind} 不能直接新建。${how}`,
    onlyByCalls: '它们由您的程序的请求产生。',
    noAction: (action, possible) => `此时没有操作“${action}”，可用的有：${possible}`,
    done: (title, heading, state) => `已执行：${title}。${heading}${state === '' ? '' : ` 的状态为 ${state}`}`,
  },
  separator: '：',
}

const texts = { en, zh }

type Own = typeof en

/** Tools about what the mock holds; kinds, states and actions are those that its products declare. */
export function thingTools(language: Language): Tool[] {
  const own = texts[language]
  return [lookAtThings(own, language), changeThing(own, language)]
}

const MOST_LISTED = 20
const USUALLY_LISTED = 10
/** Characters of JSON, and of a fact, that are shown. */
const SHOWN_JSON = 1_500
const SHOWN_FACT = 200

const nameInput = z.union([z.string().min(1).max(500), z.array(z.string().max(500)).min(1).max(10)])
const kindInput = z.string().min(1).max(100)

function lookAtThings({ look: own, separator }: Own, language: Language): Tool {
  const { text, mchid, state, of } = calls.thingPage.query.shape
  return defineTool(own, {
    name: 'look_at_things',
    readOnly: true,
    input: z.strictObject({
      kind: kindInput.optional().describe(own.kind),
      name: nameInput.optional().describe(own.name),
      text,
      mchid,
      state,
      of,
      limit: z.int().min(1).max(MOST_LISTED).optional().describe(own.limit),
    }),
    async run({ kind, name, limit = USUALLY_LISTED, ...wanted }, session) {
      const control = await controlOf(session)
      if (kind === undefined) return wanted.text ? found(control, wanted.text, own) : kinds(control, own, language)
      if (name !== undefined) return one(await namedThing(control, kind, name, own), own, separator, language)
      const { items, total } = await control.thingPage(kind, { ...wanted, limit })
      const described = await kindNamed(control, kind)
      const states = described?.life?.stages.flat().map((stage) => stage.name)
      return {
        lines: [
          ...(items.length === 0 ? [own.none] : [...items.map(thingLine), own.total(items.length, total)]),
          ...(states ? [own.states(states.join(', '))] : []),
          ...(described ? await makingLines(described, own, language) : []),
        ],
        data: { total, things: items.map((item) => ({ name: item.name, state: item.state })) },
      }
    },
  })
}

async function kinds(control: MockControl, own: Own['look'], language: Language): Promise<Said> {
  const all = await control.things()
  const titles = new Map((await control.overview()).products.map(({ id, title }) => [id, title[language]]))
  const byProduct = Object.entries(Object.groupBy(all, ({ product }) => product))
  return {
    lines: [
      ...byProduct.map(([product, some = []]) =>
        own.product(titles.get(product) ?? product, some.map(({ id, one }) => `${id} (${one[language]})`).join(', ')),
      ),
      own.next,
    ],
    data: { kinds: all.map(({ id }) => id) },
  }
}

async function found(control: MockControl, text: string, own: Own['look']): Promise<Said> {
  const { things } = await control.search({ text })
  const shown = things.slice(0, MOST_LISTED)
  return {
    lines: shown.length === 0 ? [own.none] : shown.map(({ thing, ...item }) => `${thing} ${thingLine(item)}`),
    data: { things: shown.map(({ thing, name, state }) => ({ kind: thing, name, state })) },
  }
}

function thingLine({ name, heading, about, state }: Pick<ListedThing, 'name' | 'heading' | 'about' | 'state'>): string {
  const words = [JSON.stringify(name), heading, ...(about === undefined ? [] : [about]), ...(state ? [state] : [])]
  return oneLine(shortened(words.join(' '), SHOWN_FACT))
}

async function kindNamed(control: MockControl, kind: string): Promise<ThingKind | undefined> {
  return (await control.things()).find(({ id }) => id === kind)
}

/** The members of what the control call that adds things of a kind takes. */
async function membersOf(kind: string): Promise<readonly string[] | undefined> {
  const call = (await servedCalls(products)).find(
    ({ method, path }) => method === 'POST' && path === `/_mock${addPath(kind)}`,
  )
  const { body } = call ?? {}
  const single = body instanceof z.ZodUnion ? body.options.find((one) => one instanceof z.ZodObject) : body
  return single instanceof z.ZodObject ? Object.keys(single.shape) : undefined
}

/** The route of the control call that adds things of a kind: every product names it so. */
function addPath(kind: string): string {
  return `/${kind.replaceAll('_', '-')}`
}

async function makingLines({ id, makes }: ThingKind, own: Own['look'], language: Language): Promise<string[]> {
  const members = await membersOf(id)
  const takes = makes.flatMap((make) => ('of' in make ? [own.madeBy(make.of, make.title[language])] : []))
  return [...(members ? [own.add(id, members.join(', '))] : []), ...takes]
}

interface NamedThing extends ShownThing {
  readonly kind: string
}

/** A thing by its whole name, or by a number that only one of its kind has. */
async function namedThing(
  control: MockControl,
  kind: string,
  name: string | readonly string[],
  own: Own['look'],
): Promise<NamedThing> {
  const whole = typeof name === 'string' ? await wholeName(control, kind, name, own) : name
  return { ...(await control.thing(kind, whole.map(encodeURIComponent).join('/'))), kind }
}

async function wholeName(control: MockControl, kind: string, number: string, own: Own['look']) {
  const { items } = await control.thingPage(kind, { text: number.slice(0, 200), limit: 100 })
  const fitting = items.filter(({ name }) => name.includes(number) && name[0] !== number)
  const [only, ...others] = fitting
  if (!only) throw usageError(own.unknown(kind, number))
  if (others.length === 0) return only.name
  const names = fitting.slice(0, USUALLY_LISTED).map(({ name }) => JSON.stringify(name))
  throw usageError(own.ambiguous(kind, number, names.join(', ')))
}

function one(thing: NamedThing, own: Own['look'], separator: string, language: Language): Said {
  const { kind, name, state, facts, actions } = thing
  return {
    lines: [
      thingLine(thing),
      ...facts.map((fact) =>
        oneLine(`${fact.title[language]}${separator}${shortened(valueText(fact, language), SHOWN_FACT)}`),
      ),
      ...(actions.length === 0
        ? [own.noActions]
        : actions.map((action) => own.action(action.title[language], fieldsOf(action)))),
    ],
    data: { kind, name, ...(state !== undefined && { state }), actions: actions.map(({ title }) => title[language]) },
  }
}

/** The fields of an action, with their choices; * marks those that it needs. */
function fieldsOf({ fields }: TakeJson): string {
  return fields
    .map(
      ({ member, required, options }) => `${member}${required ? '*' : ''}${options ? ` (${options.join('|')})` : ''}`,
    )
    .join(', ')
}

function changeThing({ look, change: own }: Own, language: Language): Tool {
  return defineTool(own, {
    name: 'change_thing',
    input: z.strictObject({
      kind: kindInput.describe(look.kind),
      name: nameInput.optional().describe(look.name),
      action: z.string().min(1).max(100).optional().describe(own.action),
      values: z.record(z.string(), z.unknown()).optional().describe(own.values),
    }),
    async run({ kind, name, action, values }, session) {
      if (name === undefined && action === undefined && values) return make(kind, values, session, { look, own })
      if (name === undefined || action === undefined) throw usageError(own.nameOrValues)
      const control = await controlOf(session)
      const thing = await namedThing(control, kind, name, look)
      const take = thing.actions.find(({ title: { en, zh } }) => [en.toLowerCase(), zh].includes(action.toLowerCase()))
      const titles = thing.actions.map(({ title }) => title[language])
      if (!take) {
        throw usageError(own.noAction(action, titles.length === 0 ? look.noActions : listed(titles, language)))
      }
      const { method, path, query, has_body, body } = take
      await connectionOf(session).call({ method, path, query }, has_body ? { ...body, ...values } : undefined)
      const now = await namedThing(control, kind, thing.name, look)
      return {
        lines: [own.done(take.title[language], `${kind} ${JSON.stringify(now.name)}`, now.state ?? '')],
        data: { kind, name: now.name, ...(now.state !== undefined && { state: now.state }) },
      }
    },
  })
}

/** Refusals of a route that the mock does not have. */
const NO_CALL: readonly UsageErrorCode[] = ['MOCK_NOT_FOUND', 'MOCK_METHOD']

async function make(
  kind: string,
  values: Readonly<Record<string, unknown>>,
  session: Session,
  { look, own }: { readonly look: Own['look']; readonly own: Own['change'] },
): Promise<Said> {
  const control = await controlOf(session)
  // Refuses a kind that does not exist, and names those that do.
  await control.thingPage(kind, { limit: 1 })
  try {
    const made = await connectionOf(session).call({ method: 'POST', path: addPath(kind) }, values)
    return { lines: [own.made(kind, shortened(JSON.stringify(made), SHOWN_JSON))] }
  } catch (error) {
    if (!(error instanceof UsageError && NO_CALL.includes(error.code))) throw error
    const described = await kindNamed(control, kind)
    const how = described ? await makingLines(described, look, session.language) : []
    throw usageError(own.notMade(kind, how.length === 0 ? own.onlyByCalls : how.join(' ')), error)
  }
}
