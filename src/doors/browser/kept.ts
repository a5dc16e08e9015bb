import { effect, type Signal, signal } from '@preact/signals'

/**
 * A choice that the browser stores under a name.
 *
 * @param read returns the stored text as a choice, if it still is one
 */
export function kept<Choice extends string>(
  name: string,
  read: (text: string | null) => Choice,
  storage: Storage = localStorage,
): Signal<Choice> {
  const key = `wechatpay-mock ${name}`
  const choice = signal(read(storage.getItem(key)))
  effect(() => {
    if (choice.value === '') storage.removeItem(key)
    else storage.setItem(key, choice.value)
  })
  return choice
}

/** The control token, for as long as this tab is open. */
export const token = kept<string>('token', (text) => text ?? '', sessionStorage)
