import { setTimeout as wait } from 'node:timers/promises'
import type { WireResponse } from '../../../src/engine/http-message.ts'
import { repaired } from '../repair.ts'
import { honestMock, type Server, withAnswers, withBodies, withHandle } from '../variant.ts'
import { benignCallbacks } from './callbacks.ts'

const DELAY_MS = 100

/** Serialises JSON in another form that parses to the same value. */
const rewritten = (name: string, write: (members: unknown) => string): Server =>
  withAnswers({ name }, (answer): WireResponse | Promise<WireResponse> => {
    if (answer.body.length === 0) return answer
    const members: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'))
    return repaired({ ...answer, body: Buffer.from(write(members)) })
  })

/** Reverses the members of an object, including those of nested objects. */
const reversed = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, member]) => [key, reversed(member)] as const)
          .reverse(),
      )
    : value

const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Servers that are not worse for anybody: neither the contract nor conformance may fail on them. */
export const benignServers: readonly Server[] = [
  { name: 'the server as it is', build: honestMock },
  withBodies({ name: 'a field more in every answer' }, (members) => ({ ...members, extension: { version: 2 } })),
  rewritten('fields in another order', (members) => JSON.stringify(reversed(members))),
  rewritten('JSON with line breaks', (members) => JSON.stringify(members, null, 2)),
  rewritten('JSON with Chinese in escapes', (members) =>
    JSON.stringify(members).replaceAll(/[\u0080-\uffff]/g, escaped),
  ),
  withAnswers({ name: 'header fields in another order, and one more' }, (answer) => ({
    ...answer,
    headers: [['X-Trace', '1'], ...answer.headers.toReversed()],
  })),
  withAnswers({ name: 'the date of an hour ago' }, (answer) => ({
    ...answer,
    headers: [
      ...answer.headers.filter(([field]) => field !== 'Date'),
      ['Date', new Date(Date.now() - 3_600_000).toUTCString()],
    ],
  })),
  withAnswers({ name: 'header fields that proxies add, twice' }, (answer) => ({
    ...answer,
    headers: [...answer.headers, ['Via', '1.1 a'], ['Via', '1.1 b'], ['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2']],
  })),
  withAnswers({ name: 'bodies in chunks' }, (answer) => ({
    ...answer,
    headers: [...answer.headers.filter(([field]) => field !== 'Content-Length'), ['Transfer-Encoding', 'chunked']],
  })),
  withHandle({ name: `${DELAY_MS} ms slower` }, (handle) => async (request) => {
    await wait(DELAY_MS)
    return handle(request)
  }),
  ...benignCallbacks,
]
