import { computed } from '@preact/signals'
import { plainText } from '../../src/wire/shared/texts.ts'
import type { Candidate, CandidateGroup } from '../components/search-choice.tsx'
import { said } from './appearance.ts'
import { operations, overview, titleOf, typeOfEvent } from './operations.ts'

/** Calls to choose from, by product. */
export const operationChoices = computed((): readonly CandidateGroup[] =>
  grouped(operations.value, ({ id, method, path, title, summary, served, product }) => ({
    group: said(product?.title) ?? '',
    candidate: {
      value: id,
      name: plainText(titleOf(id)),
      detail: `${method} ${plainText(path)}`,
      also: [title, summary, product?.title.en, product?.title.zh].join(' '),
      isShaped: served === 'shaped',
    },
  })),
)

/** Events to choose from: those caused by rules, and those that are only shaped, by product. */
export const eventChoices = computed((): readonly CandidateGroup[] => {
  const parts = overview.value.products.flatMap((product) => product.parts ?? [])
  const titles = new Map(parts.flatMap(({ title, events }) => events.map((event) => [event, title] as const)))
  return grouped(overview.value.events, ({ event_type, label }) => {
    const title = titles.get(event_type)
    return {
      group: said(title) ?? '',
      candidate: {
        value: event_type,
        name: plainText(event_type),
        detail: said(label),
        also: [label.en, label.zh, title?.en, title?.zh].join(' '),
        isShaped: title !== undefined,
      },
    }
  })
})

/** Events that faults can name: a type counts once, whichever products have it. */
export const eventTypeChoices = computed((): readonly CandidateGroup[] =>
  eventChoices.value
    .map(({ name, candidates }) => ({
      name,
      candidates: candidates.filter(({ value }) => typeOfEvent(value) === value),
    }))
    .filter(({ candidates }) => candidates.length > 0),
)

function grouped<Thing>(
  things: readonly Thing[],
  place: (thing: Thing) => { readonly group: string; readonly candidate: Candidate },
): readonly CandidateGroup[] {
  const placed = Map.groupBy(things.map(place), ({ group }) => group)
  return [...placed].map(([name, all]) => ({ name, candidates: all.map(({ candidate }) => candidate) }))
}
