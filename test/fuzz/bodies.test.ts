import fc from 'fast-check'
import { expect } from 'vitest'
import { bodyLimitOf } from '../../src/engine/http-message.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { operations } from '../helpers/operations.ts'
import { invariantFaults } from '../model/invariants.ts'
import { asText, changed, edited, type TextEdit, textEdits, type ValueEdit, valueEdits } from './edits.ts'
import { fuzz } from './fuzz.ts'
import { createSubject, expectDocumented, expectNoSecretOf, stateOf } from './subject.ts'

/** Successive calls; the edits apply to the last one. */
interface Input {
  readonly calls: readonly { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[]
  readonly edits: readonly ValueEdit[]
  readonly textEdits?: readonly TextEdit[]
  readonly contentType?: string
}

const WORDS = [
  ...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', '"__proto__":', '/*', '//', '\n', '\ufeff', 'NaN'],
  ...['-', '0', '1e400', '-0', 'null', 'true', '"stock_id":"100088",', '"mchid":"1900000009",', '\u00ff\u00fe'],
  ...['\u00a0'],
]

function operationOf(id: string): OperationDescription {
  const operation = operations.find((one) => one.id === id)
  if (!operation) throw new TypeError(`There is no operation ${id}.`)
  return operation
}

/** Turns a call into a request: fills path variables, and puts the rest into the query of GET, or else into the text of the body. */
function requestOf({ method, path }: OperationDescription, input: unknown, edits: readonly TextEdit[]) {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      method,
      target: path.replaceAll(/[{}]/g, ''),
      body: Buffer.from(edited(JSON.stringify(input) ?? '', edits)),
    }
  }
  const rest = new Map(Object.entries(input))
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return encodeURIComponent(asText(value).toWellFormed())
  })
  if (method === 'GET') {
    const query = new URLSearchParams([...rest].map(([name, value]): [string, string] => [name, asText(value)]))
    return { method, target: `${target}?${edited(query.toString(), edits).replaceAll(/[\s\0-\x20\x7f-\uffff]/g, '')}` }
  }
  const text = edited(JSON.stringify(Object.fromEntries(rest)), edits)
  // Randomly edited text often ends up as invalid UTF-8, as random bytes would.
  return { method, target, body: Buffer.from(text, edits.length % 2 === 0 ? 'utf8' : 'latin1') }
}

fuzz<Input>({
  name: 'bodies',
  inputs: (corpus) =>
    fc.record(
      {
        calls: fc.constantFrom(...corpus.map(({ calls }) => calls)),
        edits: valueEdits(),
        textEdits: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: textEdits(WORDS) }),
        contentType: fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', ''),
      },
      { requiredKeys: ['calls', 'edits'] },
    ),

  async play({ calls, edits, textEdits: text = [], contentType }) {
    const mock = createSubject()
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      now: () => mock.clock.now(),
      async send(request) {
        const answer = await mock.handle(request)
        expectNoSecretOf(mock, answer)
        return answer
      },
    })
    for (const [at, { operation: id, input }] of calls.entries()) {
      const last = at === calls.length - 1
      const operation = operationOf(id)
      const before = await stateOf(mock)
      const request = requestOf(operation, last ? changed(input, edits) : input, last ? text : [])
      const headers = contentType === undefined || !last ? {} : { 'Content-Type': contentType }
      // Too large a body is refused unread and unsigned. The client throws if another answer is not signed correctly.
      const limit = bodyLimitOf({ 'content-type': contentType ?? 'application/json' })
      const unread = request.body !== undefined && request.body.length > limit
      const send = () =>
        client.request({ ...request, headers, wechatpaySerial: 'certificate', ...(unread && { signed: false }) })
      const answer = await send()
      const after = await stateOf(mock)
      expect(answer.status === 413).toBe(unread)
      if (answer.status >= 300) {
        expectDocumented(answer, operation)
        expect(after).toEqual(before)
      } else if (operation.output.safeParse(answer.body).success === false) {
        throw new Error(`${id} was answered ${JSON.stringify(answer.body)}`)
      }
      // A repeated call does nothing new, or is refused.
      const again = await send()
      if (again.status >= 300) expectDocumented(again, operation)
      expect([...invariantFaults(await mock.control.world(), [])]).toEqual([])
    }
    const world = await mock.control.world()
    await mock.control.restore(world)
    expect(await mock.control.world()).toEqual(world)
    await mock.outbox.stop()
  },
})
