import type { Socket } from 'node:net'
import type { Language } from '../shared/texts.ts'
import type { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './refused-connection.ts'

/** Counts the connections being served, and refuses those beyond the limit. */
export class ConnectionLimit {
  readonly #limit: number
  #open = 0
  /** Connections that are being refused. */
  #refused = 0
  readonly #answers: PendingAnswers
  readonly #onRefused: OnRefused
  readonly #language: Language

  constructor(
    limit: number,
    { answers, onRefused, language }: { answers: PendingAnswers; onRefused: OnRefused; language: Language },
  ) {
    this.#limit = limit
    this.#answers = answers
    this.#onRefused = onRefused
    this.#language = language
  }

  /** Whether to serve a new connection; otherwise it has been refused. */
  admits(socket: Socket): boolean {
    if (this.#open >= this.#limit) {
      this.#refuse(socket)
      return false
    }
    this.#open += 1
    socket.once('close', () => {
      this.#open -= 1
    })
    return true
  }

  #refuse(socket: Socket): void {
    // One line in the log for each burst, not for each connection.
    if (this.#refused === 0) this.#onRefused({ reason: 'connections', host: '', detail: String(this.#limit) })
    this.#refused += 1
    socket.once('close', () => {
      this.#refused -= 1
    })
    this.#answers.endWith(
      socket,
      '503 Service Unavailable',
      {
        en: `wechatpay-mock takes ${this.#limit} connections at once, and has them: this is no answer of WeChat Pay. Keep connections alive, or use fewer.\n`,
        zh: `wechatpay-mock 同时最多接受 ${this.#limit} 个连接，现已用满，这不是微信支付的应答。请复用连接，或减少连接数。\n`,
      }[this.#language],
    )
  }
}
