import type { Socket } from 'node:net'
import type { PendingAnswers } from './pending-answers.ts'

/** The least that the parser gets at a time, in bytes: room for some twenty small requests. */
const PIECE_BYTES = 512

/** Ends the header section of every request. */
const BLANK_LINE = '\r\n\r\n'

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Feeds the HTTP parser of a connection. Left alone, it parses everything that has arrived, thousands of small requests at a time, and each
 * is kept until it is answered. Here it gets a few of them at a time, and none while many wait for their answers, so that the client has to
 * wait as well.
 */
export class RequestFeed {
  readonly #socket: Socket
  readonly #answers: PendingAnswers
  readonly #listeners: readonly unknown[]
  /** Bytes that have arrived, but have not been parsed yet. */
  #rest = NOTHING

  /** Replaces the listeners with which an HTTP server has just begun to read a connection. */
  constructor(socket: Socket, answers: PendingAnswers) {
    this.#socket = socket
    this.#answers = answers
    this.#listeners = socket.listeners('data')
    socket.removeAllListeners('data').on('data', this.#feed)
  }

  /**
   * Hands the connection over to its next reader.
   *
   * @param head what the parser was given beyond the last request
   * @returns everything that has arrived after that request
   */
  stop(head: Buffer): Buffer {
    this.#socket.off('data', this.#feed)
    const all = this.#rest.length === 0 ? head : Buffer.concat([head, this.#rest])
    this.#rest = NOTHING
    return all
  }

  readonly #feed = (chunk: Buffer): void => {
    const socket = this.#socket
    this.#rest = chunk
    while (this.#rest.length > 0) {
      // Bytes after the last request are read and dropped.
      if (socket.destroyed || this.#answers.isEnding(socket)) {
        this.#rest = NOTHING
      } else if (socket.isPaused()) {
        // The server paused it, and will resume it.
        this.#putBack()
      } else if (this.#answers.isFull(socket)) {
        socket.pause()
        this.#putBack()
        this.#answers.onceRoom(socket, () => socket.resume())
      } else {
        const piece = this.#rest.subarray(0, endOfPiece(this.#rest))
        this.#rest = this.#rest.subarray(piece.length)
        for (const listener of this.#listeners) (listener as (piece: Buffer) => void).call(socket, piece)
      }
    }
  }

  #putBack(): void {
    const rest = this.#rest
    this.#rest = NOTHING
    this.#socket.unshift(rest)
  }
}

/** Where to cut: after a header section, if possible, so that a full connection seldom leaves the parser in the middle of a request. */
function endOfPiece(bytes: Buffer): number {
  const first = bytes.indexOf(BLANK_LINE)
  // At most one request: clients that do not pipeline send nothing else.
  if (first === -1 || bytes.indexOf(BLANK_LINE, first + BLANK_LINE.length) === -1) return bytes.length
  const blank = bytes.indexOf(BLANK_LINE, PIECE_BYTES - BLANK_LINE.length)
  return blank === -1 ? bytes.length : blank + BLANK_LINE.length
}
