import { defineThing, type Fact } from '../control/things/thing.ts'
import type { Texts } from '../wire/shared/texts.ts'
import { catalogueIndex } from './facts.ts'
import { remembered } from './remembered.ts'

type Json = ReturnType<typeof remembered.toJson>

/** A seed file may name a product that the catalogue does not have. */
function titleOf(product: string): Texts {
  return catalogueIndex.products.find(({ id }) => id === product)?.title ?? { en: product, zh: product }
}

const facts: readonly Fact<Json>[] = [
  { title: { en: 'Number', zh: '单号字段' }, of: ({ name }) => name, as: 'code', inList: 'beside' },
  { title: { en: 'Product', zh: '产品' }, of: ({ product }) => titleOf(product), inList: 'under' },
  {
    title: { en: 'Same as', zh: '同一单据' },
    of: ({ same }) => same && `${same.name} ${same.value}`,
    as: 'code',
    to: ({ mchid = '', product, same }) => same && { table: remembered, name: [mchid, product, same.name, same.value] },
    inList: 'under',
  },
  { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid },
  { title: { en: 'Since', zh: '首次出现' }, of: ({ time }) => time, as: 'time', inList: 'end' },
]

/** The scalar members of a thing that are not shown elsewhere. */
function membersOf({ members = {}, name }: Json): readonly Fact<Json>[] {
  const shown = [name, 'mchid', 'state']
  return Object.entries(members).flatMap(([member, value]): Fact<Json>[] =>
    typeof value === 'object' || shown.includes(member)
      ? []
      : [{ title: { en: member, zh: member }, of: () => String(value), as: 'code' }],
  )
}

/** Remembered things as the dashboard shows them. */
export const things = [
  defineThing(remembered, {
    one: { en: 'Remembered thing', zh: '记住的单据' },
    show: (row, now) => remembered.toJson(row, now),
    facts: (json) => [...facts, ...membersOf(json)],
    state: ({ members }) => (typeof members?.state === 'string' ? members.state : undefined),
    search: {
      hint: { en: 'Number, product or content', zh: '单号、产品或内容' },
      texts: ({ mchid, product, value, members }) => {
        const { en, zh } = titleOf(product)
        return [mchid, value, product, en, zh, JSON.stringify(members)]
      },
    },
    none: {
      en: 'Nothing yet. Shaped calls remember here what they are told of a number.',
      zh: '暂无内容。按文档应答的接口会在此记住请求带来的单据。',
    },
  }),
]
