import { ControlConnection, derive, sendTo } from '../../../control/client/connection.ts'
import { token } from '../kept.ts'
import { language } from './words.ts'

/** Control calls at the server that the page came from. */
export function clientOf<Client>(routes: Readonly<Record<string, string>>): Client {
  const send = sendTo(location.origin, { language, ...(token.value !== '' && { token: token.value }) })
  // The routes are those of the calls: `CallsFor` checks that.
  return derive(routes)(new ControlConnection(send, location.origin)) as unknown as Client
}

/** Parameters of the address by their names, `''` for those that it lacks. */
export function opened<const Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> {
  const query = new URLSearchParams(location.search)
  // One entry for each of them.
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) as Record<Name, string>
}

/** How a page ends: what the program that opened it is called back with. */
export interface Ending {
  readonly err_msg: string
  /** Shown to the user, if the page did not open. */
  readonly err_desc?: string
}

let ending: Ending | undefined
let brought: Readonly<Record<string, string>> | undefined
let isTold = false

/** Says how the page ends if it is left now. */
export function wouldEnd(as: Ending): void {
  ending = as
}

/** Says what the program hears besides (`extraData`), as from a mini program that was opened and returns. */
export function bringAlong(extraData: Readonly<Record<string, string>>): void {
  brought = extraData
}

/** Leaves the page: tells whoever opened it, and closes it if a script did. */
export function leave(): void {
  tell()
  if (window.opener) window.close()
}

// Somebody may close the window instead: a later message reaches nobody.
addEventListener('beforeunload', tell)

function tell(): void {
  if (isTold) return
  isTold = true
  const opener = window.opener as Window | null
  // It may be a page of any origin, and the message says nothing that is not known there.
  opener?.postMessage({ ...ending, ...(brought && { extraData: brought }) }, '*')
}
