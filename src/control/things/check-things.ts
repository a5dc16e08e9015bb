import type { Mock } from '../../engine/mock.ts'
import type { Product } from '../../engine/product.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Texts } from '../../shared/texts.ts'
import type { ServedCall } from '../call.ts'
import { type ServedThing, servedThings } from './served-things.ts'
import { type CallFinder, describeTake, findCalls } from './take.ts'
import type { ThingCall, ThingMaker } from './thing.ts'

/** Lists of products whose things passed the check, so that many mocks of the same products check them once. */
const checked = new WeakSet<readonly Product[]>()

/**
 * Checks that a mock's things refer to existing control calls, lists, pages and things, so that a wrong name is reported at once, rather than when
 * somebody opens such a thing.
 *
 * @throws UsageError `MOCK_PRODUCT`
 */
export async function checkThings(mock: Mock, calls: readonly ServedCall[]): Promise<void> {
  if (checked.has(mock.products)) return
  const finder = findCalls(mock.products, calls)
  const things = await servedThings(mock)
  for (const thing of things) checkThing(thing, things, finder)
  checked.add(mock.products)
}

function checkThing(thing: ServedThing, things: readonly ServedThing[], finder: CallFinder): void {
  for (const { title, take } of thing.table.life?.edges ?? []) if (take) describeTake(finder, { title, ...take })
  for (const { title, opens } of Array.isArray(thing.facts) ? thing.facts : []) {
    if (!opens || thing.product.pages?.includes(opens.page)) continue
    refuse({
      en: `${title.en} opens the page ${opens.page.path}, which is none of the product ${thing.product.id}: list it among its pages.`,
      zh: `“${title.zh}”打开页面 ${opens.page.path}，但产品 ${thing.product.id} 没有这个页面，请把它列入 pages。`,
    })
  }
  for (const action of thing.actions ?? []) describeTake(finder, action)
  for (const make of thing.makes ?? []) {
    if ('of' in make) checkMaker(make, things)
    else checkMaking(make, finder)
  }
  for (const { title, list } of thing.belongs ?? []) {
    if (!list || Object.hasOwn(thing.table.sorted ?? {}, list.name)) continue
    refuse({
      en: `${title.en} are read from the list ${list.name}, which the table ${thing.table.name} does not have.`,
      zh: `“${title.zh}”从列表 ${list.name} 读取，但表 ${thing.table.name} 没有这个列表。`,
    })
  }
}

function checkMaking(make: ThingCall, finder: CallFinder): void {
  describeTake(finder, make)
  const { call, title } = make
  if (!finder(call)?.route.path.includes('{')) return
  refuse({
    en: `${title.en} takes the control call ${call}, whose path has variables, and there is no row yet to fill them in.`,
    zh: `“${title.zh}”使用控制调用 ${call}，其路径中有变量，而此时还没有可用来填写的记录。`,
  })
}

function checkMaker({ title, of, call }: ThingMaker, things: readonly ServedThing[]): void {
  const whose = things.find(({ table }) => table === of)
  const takes = [...(whose?.actions ?? []), ...(of.life?.edges ?? []).map(({ take }) => take)]
  if (whose && takes.some((take) => take?.call === call)) return
  refuse({
    en: `${title.en} is the action ${call} of the table ${of.name}, which has no such action.`,
    zh: `“${title.zh}”是表 ${of.name} 的操作 ${call}，但它没有这个操作。`,
  })
}

function refuse(texts: Texts): never {
  throw new UsageError('MOCK_PRODUCT', texts)
}
