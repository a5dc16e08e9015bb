import { computed, signal } from '@preact/signals'
import { connectControl, type MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { language } from './appearance.ts'
import { kept } from './kept.ts'

/** The control token, for as long as this tab is open. */
export const token = kept<string>('token', (text) => text ?? '', sessionStorage)

/** Whether the server asks for a token, or for another one. */
export const tokenWanted = signal(false)

/** The control API of the server that the page came from, in the page's language. */
export const control = computed<MockControl>(() =>
  connectControl(location.origin, { language: language.value, ...(token.value !== '' && { token: token.value }) }),
)

/** An error in words for people; asks for a missing token as well. */
export function messageOf(error: unknown): string {
  if (!(error instanceof UsageError)) return error instanceof Error ? error.message : String(error)
  if (error.code === 'MOCK_TOKEN') tokenWanted.value = true
  return error.texts[language.value]
}
