import { ERR_MSG } from '../../confirm-page.ts'

/** How the page ends: what the program that opened it is called back with. */
export type ErrMsg = (typeof ERR_MSG)[keyof typeof ERR_MSG]

let ending: ErrMsg = ERR_MSG.cancel
let isTold = false

/** Says how the page ends if it is left now. */
export function wouldEnd(errMsg: ErrMsg): void {
  ending = errMsg
}

/** Leaves the page: tells whoever opened it, and closes it if a script did. @returns what was told */
export function leave(): ErrMsg {
  tell()
  if (window.opener) window.close()
  return ending
}

// Somebody may close the window instead. What is said later than this reaches nobody.
addEventListener('beforeunload', tell)

function tell(): void {
  if (isTold) return
  isTold = true
  const opener = window.opener as Window | null
  // It may be a page of any origin, and the message says nothing that is not known there.
  opener?.postMessage({ err_msg: ending }, '*')
}
