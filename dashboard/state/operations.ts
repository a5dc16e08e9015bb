import { signal } from '@preact/signals'
import type { OperationInShort } from '../../src/control/formats/overview.ts'
import { language } from './appearance.ts'
import { onEvent } from './connection.ts'
import { control, messageOf } from './control.ts'
import { tell } from './notices.ts'

/** The calls that the mock answers. */
export const operations = signal<readonly OperationInShort[]>([])

// Another server may be another version.
onEvent((event) => {
  if (event.type !== 'resync') return
  control.value.operations().then(
    (list) => {
      operations.value = list
    },
    (error: unknown) => tell(messageOf(error), 'failed'),
  )
})

/** What a call is called in the page's language. */
export function titleOf(id: string): string {
  const found = operations.value.find((one) => one.id === id)
  return found ? (language.value === 'zh' ? found.title : found.summary) : id
}
