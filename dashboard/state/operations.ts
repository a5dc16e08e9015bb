import { computed, signal } from '@preact/signals'
import type { OperationInShort, Overview } from '../../src/control/formats/overview.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { language, said, texts } from './appearance.ts'
import { onEvent } from './connection.ts'
import { control, messageOf, tokenWanted } from './control.ts'
import { tell } from './notices.ts'

/** The calls that the mock answers, without their errors. Hundreds are only shaped: these are loaded when the first is met or asked for. */
export const operations = signal<readonly OperationInShort[]>([])

/** Whether all calls are loaded. */
const areAllKnown = signal(false)
let areAllWanted = false

/** Products, tables and events of the mock. */
export const overview = signal<Overview>({ products: [], tables: [], events: [] })

/** The kinds of things that the mock shows, in the order of the navigation; `undefined` until loaded. */
export const thingKinds = signal<readonly ThingKind[] | undefined>(undefined)

// Another server may be another version, or have other products.
onEvent((event) => {
  if (event.type !== 'resync') return
  const client = control.peek()
  const asked = areAllWanted
  loaded(
    client,
    Promise.all([
      client.operations({ errors: 'none', ...(!asked && { served: 'simulated' }) }),
      client.overview(),
      client.things(),
    ]),
    ([list, served, kinds]) => {
      // All of them may have arrived in the meantime.
      if (asked || !areAllWanted) learn(list, asked)
      overview.value = served
      thingKinds.value = kinds
    },
  )
})

/** Loads the shaped calls too, once. */
export function wantAllOperations(): void {
  if (areAllWanted) return
  areAllWanted = true
  const client = control.peek()
  loaded(client, client.operations({ errors: 'none' }), learnAllOperations)
}

export function learnAllOperations(list: readonly OperationInShort[]): void {
  areAllWanted = true
  learn(list, true)
}

function learn(list: readonly OperationInShort[], areAll: boolean): void {
  operations.value = list
  areAllKnown.value = areAll
}

function loaded<Answer>(client: typeof control.value, answer: Promise<Answer>, take: (answer: Answer) => void): void {
  answer.then(take, (error: unknown) => {
    const message = messageOf(error, client)
    // The dialog already says so.
    if (!tokenWanted.value) tell(message, 'failed')
  })
}

const byId = computed(() => new Map(operations.value.map((operation) => [operation.id, operation])))

/** A call of the mock by its id; `undefined` for a path that only a planned answer has, and until the call is loaded. */
export function operationOf(id: string | undefined): OperationInShort | undefined {
  const found = id === undefined ? undefined : byId.value.get(id)
  if (!found && id !== undefined && operations.value.length > 0) wantAllOperations()
  return found
}

/** Whether it is known which call this is, or that the mock does not serve it. */
export function isJudged(id: string | undefined): boolean {
  return id === undefined || areAllKnown.value || byId.value.has(id)
}

/** The title of a call in the page's language. */
export function titleOf(id: string): string {
  const found = operationOf(id)
  return found ? (language.value === 'zh' ? found.title : found.summary) : id
}

/** The type of an event: if several products share it, the product follows the name. */
export function typeOfEvent(event: string): string {
  return event.split('/')[0] ?? event
}

/** An event and its meaning; only the event if the mock does not know it. */
export function eventWithMeaning(eventType: string): string {
  const found = overview.value.events.find((one) => one.event_type === eventType)
  return found ? texts.value.explained(eventType, said(found.label)) : eventType
}

/** An event as faults name it; `any` for one that the mock does not send. */
export function eventOfFault(event: string): string {
  const type = typeOfEvent(event)
  const { events } = overview.value
  return events.length === 0 || events.some(({ event_type }) => event_type === type) ? type : 'any'
}
