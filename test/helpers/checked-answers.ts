import { expect } from 'vitest'
import { z } from 'zod'
import { errorJson } from '../../src/control/answer-format.ts'
import { type ServedCall, takesBody } from '../../src/control/call.ts'
import type { Send } from '../../src/control/client/connection.ts'
import { BODY_REFUSALS, COMMON_REFUSALS, statusOf } from '../../src/control/route.ts'

/**
 * Sends requests of a client of the control API, and holds every answer against what its call says of itself.
 *
 * @param calls those that are checked
 * @param visited where the ids of calls that succeeded are noted
 */
export function checkingAnswers(send: Send, calls: readonly ServedCall[], visited = new Set<string>()): Send {
  const known = calls.map((call) => ({ call, pattern: new RegExp(`^${call.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  return async (request) => {
    const { method, url } = request
    const path = new URL(url).pathname
    const response = await send(request)
    const call = known.find((one) => one.call.method === method && one.pattern.test(path))?.call
    if (!call) return response
    const text = await response.clone().text()
    const isJson = !(response.ok && call.mediaType)
    const answer: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text
    if (response.ok) {
      visited.add(call.id)
      expect(response.status).toBe(call.answer ? (call.status ?? 200) : 204)
      if (call.answer) expect(z.encode(call.answer, call.answer.parse(answer))).toEqual(answer)
      else expect(answer).toBeUndefined()
    } else {
      const { code } = errorJson.parse(answer)
      const refusals = { ...COMMON_REFUSALS, ...(takesBody(call) && BODY_REFUSALS), ...call.refusals }
      expect(Object.keys(refusals)).toContain(code)
      expect(statusOf(code, call)).toBe(response.status)
    }
    return response
  }
}
