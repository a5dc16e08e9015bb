import { UsageError } from '../protocol/errors.ts'
import type { Texts } from '../shared/texts.ts'
import type { Operation } from './operation.ts'
import { CORE_TABLES, type Product } from './product.ts'
import type { Setting } from './setting.ts'
import { engineSettings } from './settings.ts'
import { memberOf, type Table } from './state/table.ts'

/** Names of tables and of their indexes, and of settings: names of other kinds are made of them. */
const NAME = /^[a-z][A-Za-z0-9]*$/

/** Members of a seed file that are no tables. */
const RESERVED = ['taken_at', 'merchants', 'description']

/**
 * Checks products before a mock is made of them.
 *
 * @throws UsageError `MOCK_PRODUCT` for what does not fit together, naming both sides
 */
export function checkProducts(products: readonly Product[]): void {
  const ids = new Names('products', 'id')
  const operations = new Names('operations', 'id')
  const paths = new Names('operations', 'address')
  const templates = new Map<string, { readonly path: string; readonly whose: string }>()
  const events = new Names('events', 'eventType')
  const calls = new Names('control calls', 'name')
  const routes = new Names('control calls', 'route')
  const tables = new Map<string, { readonly table: Table; readonly product: string }>()
  const settings = new Names('settings', 'name')
  for (const name of Object.keys(engineSettings)) settings.add(name, `${name} of every mock`)
  for (const table of CORE_TABLES) tables.set(table.name, { table, product: 'every mock' })

  for (const product of products) {
    ids.add(product.id, `the product ${product.id}`)
    for (const operation of product.operations) {
      const whose = `${operation.id} of ${product.id}`
      checkOperation(operation, whose)
      operations.add(operation.id, whose)
      paths.add(`${operation.method} ${shapeOf(operation.path)}`, whose)
      checkVariables(operation, whose, templates)
    }
    for (const name of Object.keys(product.routes ?? {})) calls.add(name, `${name} of ${product.id}`)
    // Two names of one product may share a route.
    for (const route of new Set(Object.values(product.routes ?? {}).map(withoutMarks))) {
      routes.add(shapeOf(route), `${route} of ${product.id}`)
    }
    for (const { eventType, id } of product.events ?? []) events.add(eventType, `${id} of ${product.id}`)
    for (const [name, setting] of Object.entries(product.settings ?? {})) {
      checkSetting(name, setting, product.id)
      settings.add(name, `${name} of ${product.id}`)
    }
    for (const table of product.tables) {
      checkTable(table, product.id)
      const known = tables.get(table.name)
      if (known && known.table !== table) {
        refuse({
          en: `${known.product} and ${product.id} each have a table ${table.name}: rename one, or list the same definition in both.`,
          zh: `${known.product} 与 ${product.id} 都有表 ${table.name}：请给其中一个改名，或让两者使用同一个定义。`,
        })
      }
      tables.set(table.name, { table, product: product.id })
    }
  }
}

/** Names that only one thing may have. */
class Names {
  readonly #known = new Map<string, string>()
  readonly #things: string
  readonly #what: string

  constructor(things: string, what: string) {
    this.#things = things
    this.#what = what
  }

  add(name: string, whose: string): void {
    const other = this.#known.get(name)
    if (other !== undefined) {
      refuse({
        en: `${other} and ${whose} have the same ${this.#what}, ${name}: two ${this.#things} cannot share one.`,
        zh: `${other} 与 ${whose} 的 ${this.#what} 都是 ${name}，不能重复，请给其中一个改名。`,
      })
    }
    this.#known.set(name, whose)
  }
}

/** Methods of one path have to call its variables the same. */
function checkVariables(
  { path }: Operation,
  whose: string,
  templates: Map<string, { readonly path: string; readonly whose: string }>,
): void {
  const known = templates.get(shapeOf(path))
  if (known && known.path !== path) {
    refuse({
      en: `${known.whose} (${known.path}) and ${whose} (${path}) differ only in the names of their variables.`,
      zh: `${known.whose}（${known.path}）与 ${whose}（${path}）只有变量名不同，请统一变量名。`,
    })
  }
  templates.set(shapeOf(path), { path, whose })
}

/** A route without what it says of query and body. */
function withoutMarks(route: string): string {
  return route.replace(/(\{\?[^{}]*\})?\??$/, '')
}

/** A path without the names of its variables. */
function shapeOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}')
}

function checkOperation({ path, errors }: Operation, whose: string): void {
  if (!path.startsWith('/'))
    refuse({
      en: `The path of ${whose} is ${path}: it has to begin with a slash.`,
      zh: `${whose} 的路径是 ${path}，应以斜杠开头。`,
    })
  for (const [key, error] of Object.entries(errors)) {
    const { status, code, message } = error ?? {}
    if (Number.isInteger(status) && typeof code === 'string' && typeof message === 'string') continue
    refuse({
      en: `The error ${key} of ${whose} is not declared: give it a status, a code, a message, when and evidence.`,
      zh: `${whose} 的错误 ${key} 声明不完整：请给出 status、code、message、when 和 evidence。`,
    })
  }
}

function checkTable(table: Table, product: string): void {
  const { name, indexes } = table
  const whose = `The table ${name} of ${product}`
  for (const part of ['owner', 'key', 'fromJson', 'toJson'] as const) {
    if (typeof table[part] !== 'function')
      refuse({
        en: `${whose} has no ${part}: defineTable needs it.`,
        zh: `${whose} 缺少 ${part}，defineTable 需要它。`,
      })
  }
  if (!NAME.test(name))
    refuse({
      en: `${whose}: a name has letters and digits only, and begins with a small letter.`,
      zh: `${whose}：名称只能有字母和数字，且以小写字母开头。`,
    })
  for (const index of Object.keys(indexes)) {
    if (!NAME.test(index))
      refuse({
        en: `${whose} has the index ${index}: a name has letters and digits only.`,
        zh: `${whose} 的索引 ${index}：名称只能有字母和数字。`,
      })
  }
  if (RESERVED.includes(memberOf(table)))
    refuse({
      en: `${whose} is called like a member that every seed file has: rename it.`,
      zh: `${whose} 与种子文件的固有字段重名，请改名。`,
    })
}

function checkSetting(name: string, setting: Setting, product: string): void {
  const whose = `The setting ${name} of ${product}`
  if (!NAME.test(name))
    refuse({
      en: `${whose}: a name has letters and digits only, and begins with a small letter.`,
      zh: `${whose}：名称只能有字母和数字，且以小写字母开头。`,
    })
  if (setting.name !== name)
    refuse({
      en: `${whose} is defined as ${setting.name}: it has to have one name.`,
      zh: `${whose} 定义时的名称是 ${setting.name}，两个名称应一致。`,
    })
}

function refuse(texts: Texts): never {
  throw new UsageError('MOCK_PRODUCT', texts)
}
