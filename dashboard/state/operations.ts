import { computed, signal } from '@preact/signals'
import type { ErrorInShort, OperationInShort, Overview } from '../../src/control/formats/overview.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import type { Option } from '../components/choice.tsx'
import { language, texts } from './appearance.ts'
import { onEvent } from './connection.ts'
import { control, messageOf, tokenWanted } from './control.ts'
import { tell } from './notices.ts'
import { said } from './said.ts'

/** The calls that the mock answers. */
export const operations = signal<readonly OperationInShort[]>([])

/** The errors that any call can be planned to fail with. */
export const commonErrors = signal<readonly ErrorInShort[]>([])

/** What the mock serves. */
export const overview = signal<Overview>({ products: [], tables: [], events: [] })

/** The kinds of things that the mock shows, in the order of the navigation; `undefined` until it has told them. */
export const thingKinds = signal<readonly ThingKind[] | undefined>(undefined)

// Another server may be another version, or have other products.
onEvent((event) => {
  if (event.type !== 'resync') return
  const client = control.peek()
  Promise.all([client.operations(), client.commonErrors(), client.overview(), client.things()]).then(
    ([list, common, served, kinds]) => {
      operations.value = list
      commonErrors.value = common
      overview.value = served
      thingKinds.value = kinds
    },
    (error: unknown) => {
      const message = messageOf(error, client)
      // The dialog says it already.
      if (!tokenWanted.value) tell(message, 'failed')
    },
  )
})

/** The title of a call in the page's language. */
export function titleOf(id: string): string {
  const found = operations.value.find((one) => one.id === id)
  return found ? (language.value === 'zh' ? found.title : found.summary) : id
}

/** An error by its key: of one call, or of any where no call is named. */
export function errorInShort(key: string, operation?: string): ErrorInShort | undefined {
  const own = operations.value.filter(({ id }) => operation === undefined || id === operation)
  return [...own.flatMap(({ errors }) => errors), ...commonErrors.value].find((error) => error.key === key)
}

/** Events to choose from, with what they mean. */
export const eventOptions = computed((): readonly Option[] =>
  overview.value.events.map(({ event_type }) => [event_type, eventWithMeaning(event_type)]),
)

/** An event and what it means; the event alone where the mock has no such. */
export function eventWithMeaning(eventType: string): string {
  const found = overview.value.events.find((one) => one.event_type === eventType)
  return found ? texts.value.explained(eventType, said(found.label)) : eventType
}

/** An event as faults name it; `any` for one that the mock does not send. */
export function eventOfFault(eventType: string): string {
  return overview.value.events.some((one) => one.event_type === eventType) ? eventType : 'any'
}
