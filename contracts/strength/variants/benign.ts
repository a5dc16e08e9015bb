import { setTimeout as wait } from 'node:timers/promises'
import type { WireResponse } from '../../../src/engine/http-message.ts'
import { mended, withHeader } from '../mend.ts'
import { honestMock, type Server, withAnswers, withBodies, withHandle } from '../variant.ts'

const DELAY_MS = 100

const rewritten = (answer: WireResponse, indent: number): Promise<WireResponse> => {
  const members = JSON.parse(Buffer.from(answer.body).toString('utf8')) as unknown
  return mended({ ...answer, body: Buffer.from(JSON.stringify(members, null, indent)) })
}

const spelled = (name: string, spell: (field: string) => string): Server =>
  withAnswers({ name }, (answer) => ({
    ...answer,
    headers: answer.headers.map(([field, value]) => [spell(field), value] as const),
  }))

const typed = (name: string, type: string): Server =>
  withAnswers({ name }, (answer) => withHeader(answer, 'Content-Type', type))

/** An object with its members, and those of the objects in it, the other way round. */
const reversed = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, member]) => [key, reversed(member)] as const)
          .reverse(),
      )
    : value

/** Servers that a shop gets along with as well: a contract that fails on one of them asks for more than the shop reads. */
export const benignServers: readonly Server[] = [
  { name: 'the server as it is', build: honestMock },
  withBodies({ name: 'refusals in other words' }, (members) =>
    'message' in members ? { ...members, message: '请稍后重试' } : undefined,
  ),
  withBodies({ name: 'a field more in every answer' }, (members) => ({ ...members, extension: { version: 2 } })),
  withBodies({ name: 'fields in another order' }, (members) => Object(reversed(members))),
  withAnswers({ name: 'JSON with line breaks' }, (answer) => (answer.body.length > 0 ? rewritten(answer, 2) : answer)),
  typed('application/json without charset', 'application/json'),
  typed('charset in capital letters', 'application/json; charset=UTF-8'),
  spelled('header names in small letters', (field) => field.toLowerCase()),
  spelled('header names with a capital letter for each word', (field) =>
    field.toLowerCase().replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  ),
  withAnswers({ name: 'header fields in another order, and one more' }, (answer) => ({
    ...answer,
    headers: [['X-Trace', '1'], ...answer.headers.toReversed()],
  })),
  withHandle({ name: `${DELAY_MS} ms slower` }, (handle) => async (request) => {
    await wait(DELAY_MS)
    return handle(request)
  }),
]
