import { nameOfEvent } from '../../engine/callbacks/event.ts'
import type { Product } from '../../engine/product.ts'
import { events } from '../../products/events.ts'
import { products } from '../../products/index.ts'
import type { Language } from '../language.ts'
import { print, printJson } from '../output.ts'

/** Prints every event by its product, with its meaning. */
export async function listEvents(json: boolean | undefined, language: Language): Promise<void> {
  const listed = events.map((event) => {
    const own = products.find((product: Product) => product.events?.includes(event))
    return { name: nameOfEvent(event), event, product: event.product ?? own }
  })
  if (json) {
    return printJson(
      listed.map(({ name, event, product }) => ({
        event_type: name,
        served: event.shaped ? 'shaped' : 'simulated',
        product: product?.id,
        label: event.label[language],
      })),
    )
  }
  const width = Math.max(...listed.map(({ name }) => name.length))
  const parts = [...Map.groupBy(listed, ({ product }) => product)].map(([product, own]) =>
    [
      product?.title[language],
      ...own.map(({ name, event }) => `  ${name.padEnd(width)}  ${event.label[language]}`),
    ].join('\n'),
  )
  await print(`${parts.join('\n\n')}\n`)
}
