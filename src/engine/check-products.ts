import { onceFor } from '../wire/shared/pieces.ts'
import { quoted, type Texts } from '../wire/shared/texts.ts'
import { nameOfEvent } from './callbacks/event.ts'
import type { Operation } from './operation.ts'
import { addressOf, CORE_TABLES, type Product, refuseProduct } from './product.ts'
import { engineSettings, type Setting } from './settings.ts'
import { memberOf, type Table } from './state/table.ts'

/** Names of tables, indexes and settings; names in other spellings are derived from them. */
const NAME = /^[a-z][A-Za-z0-9]*$/

/** Members of a seed file that are not tables. */
const RESERVED = ['taken_at', 'merchants', 'description']

/** Checks products before a mock is made of them. @throws UsageError `MOCK_PRODUCT` for what does not fit together, naming both sides */
export const checkProducts = onceFor((products: readonly Product[]): void => {
  const ids = new Names('products', quoted('id'))
  const operations = new Names('operations', quoted('id'))
  const paths = new Names('operations', { en: 'address', zh: '地址' })
  const templates = new Map<string, { readonly path: string; readonly whose: Texts }>()
  const events = new Names('events', quoted('eventType'))
  const calls = new Names('control calls', { en: 'name', zh: '名称' })
  const routes = new Names('control calls', { en: 'route', zh: '路由' })
  const tables = new Map<string, { readonly table: Table; readonly product: Texts }>()
  const settings = new Names('settings', { en: 'name', zh: '名称' })
  for (const name of Object.keys(engineSettings)) settings.add(name, of(EVERY_MOCK, name))
  for (const table of CORE_TABLES) tables.set(table.name, { table, product: EVERY_MOCK })

  for (const product of products) {
    const own = quoted(product.id)
    ids.add(product.id, { en: `the product ${product.id}`, zh: `产品 ${product.id}` })
    for (const operation of product.operations) {
      // A shaped operation that another one replaces is not served; its names were checked when its facts were imported.
      if (operation.shaped) continue
      const whose = of(own, operation.id)
      checkOperation(operation, whose)
      operations.add(operation.id, whose)
      paths.add(addressOf(operation), whose)
      checkVariables(operation, whose, templates)
    }
    for (const name of Object.keys(product.routes ?? {})) calls.add(name, of(own, name))
    // Two names of one product may share a route.
    for (const route of new Set(Object.values(product.routes ?? {}).map(withoutMarks))) {
      routes.add(shapeOf(route), of(own, route))
    }
    for (const event of product.events ?? []) if (!event.shaped) events.add(nameOfEvent(event), of(own, event.id))
    for (const [name, setting] of Object.entries(product.settings ?? {})) {
      checkSetting(name, setting, product.id)
      settings.add(name, of(own, name))
    }
    for (const table of product.tables) {
      checkTable(table, product.id)
      const known = tables.get(table.name)
      if (known && known.table !== table) {
        refuseProduct({
          en: `${known.product.en} and ${product.id} each have a table ${table.name}: rename one, or list the same definition in both.`,
          zh: `${known.product.zh} 与 ${product.id} 都有表 ${table.name}：请给其中一个改名，或让两者使用同一个定义。`,
        })
      }
      tables.set(table.name, { table, product: own })
    }
  }
})

const EVERY_MOCK: Texts = { en: 'every mock', zh: '每个模拟服务' }

function of(owner: Texts, name: string): Texts {
  return { en: `${name} of ${owner.en}`, zh: `${owner.zh} 的 ${name}` }
}

/** Names that must be unique. */
class Names {
  readonly #known = new Map<string, Texts>()
  readonly #things: string
  readonly #what: Texts

  constructor(things: string, what: Texts) {
    this.#things = things
    this.#what = what
  }

  add(name: string, whose: Texts): void {
    const other = this.#known.get(name)
    if (other !== undefined) {
      refuseProduct({
        en: `${other.en} and ${whose.en} have the same ${this.#what.en}, ${name}: two ${this.#things} cannot share one.`,
        zh: `${other.zh} 与 ${whose.zh} 的 ${this.#what.zh} 都是 ${name}，不能重复，请给其中一个改名。`,
      })
    }
    this.#known.set(name, whose)
  }
}

/** All methods of one path must use the same variable names. */
function checkVariables(
  { path }: Operation,
  whose: Texts,
  templates: Map<string, { readonly path: string; readonly whose: Texts }>,
): void {
  const known = templates.get(shapeOf(path))
  if (known && known.path !== path) {
    refuseProduct({
      en: `${known.whose.en} (${known.path}) and ${whose.en} (${path}) differ only in the names of their variables.`,
      zh: `${known.whose.zh}（${known.path}）与 ${whose.zh}（${path}）只有变量名不同，请统一变量名。`,
    })
  }
  templates.set(shapeOf(path), { path, whose })
}

/** A route without its notes on query and body. */
function withoutMarks(route: string): string {
  return route.replace(/(\{\?[^{}]*\})?\??$/, '')
}

/** A path without the names of its variables. */
function shapeOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}')
}

function checkOperation(operation: Operation, whose: Texts): void {
  const { path, product } = operation
  if (!path.startsWith('/'))
    refuseProduct({
      en: `The path of ${whose.en} is ${path}: it has to begin with a slash.`,
      zh: `${whose.zh} 的路径是 ${path}，应以斜杠开头。`,
    })
  // Errors of a page are read when they are first needed.
  for (const [key, error] of product ? [] : Object.entries(operation.errors)) {
    const { status, code, message } = error ?? {}
    if (Number.isInteger(status) && typeof code === 'string' && typeof message === 'string') continue
    refuseProduct({
      en: `The error ${key} of ${whose.en} is not declared: give it a status, a code, a message, when and evidence.`,
      zh: `${whose.zh} 的错误 ${key} 声明不完整：请给出 status、code、message、when 和 evidence。`,
    })
  }
}

function checkTable(table: Table, product: string): void {
  const { name, indexes } = table
  const whose = { en: `The table ${name} of ${product}`, zh: `产品 ${product} 的表 ${name}` }
  for (const part of ['owner', 'key', 'fromJson', 'toJson'] as const) {
    if (typeof table[part] !== 'function')
      refuseProduct({
        en: `${whose.en} has no ${part}: defineTable needs it.`,
        zh: `${whose.zh} 缺少 ${part}，defineTable 需要它。`,
      })
  }
  if (!NAME.test(name))
    refuseProduct({
      en: `${whose.en}: a name has letters and digits only, and begins with a small letter.`,
      zh: `${whose.zh}：名称只能有字母和数字，且以小写字母开头。`,
    })
  for (const index of Object.keys(indexes)) {
    // Members of rows are named as on the wire.
    if (!/^[a-z]\w*$/.test(index))
      refuseProduct({
        en: `${whose.en} has the index ${index}: a name has letters and digits only.`,
        zh: `${whose.zh} 的索引 ${index}：名称只能有字母和数字。`,
      })
  }
  if (RESERVED.includes(memberOf(table)))
    refuseProduct({
      en: `${whose.en} is called like a member that every seed file has: rename it.`,
      zh: `${whose.zh} 与种子文件的固有字段重名，请改名。`,
    })
}

function checkSetting(name: string, setting: Setting, product: string): void {
  const whose = { en: `The setting ${name} of ${product}`, zh: `产品 ${product} 的设置 ${name}` }
  if (!NAME.test(name))
    refuseProduct({
      en: `${whose.en}: a name has letters and digits only, and begins with a small letter.`,
      zh: `${whose.zh}：名称只能有字母和数字，且以小写字母开头。`,
    })
  if (setting.name !== name)
    refuseProduct({
      en: `${whose.en} is defined as ${setting.name}: it has to have one name.`,
      zh: `${whose.zh} 定义时的名称是 ${setting.name}，两个名称应一致。`,
    })
}
