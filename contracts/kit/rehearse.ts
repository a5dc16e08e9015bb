import { emptyScene, type NextRequest, setUpState } from '../../src/control/provider-states/state.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { states } from '../../src/products/states.ts'
import { resign } from '../../src/traffic/recording/resign.ts'
import type { Touched } from './evidence.ts'
import { type PactInteraction, targetOf } from './interactions.ts'
import { answerInShort, refusalInJournal } from './provider-answer.ts'
import { sceneOf } from './provider-states.ts'

type Request = NonNullable<PactInteraction['request']>

/** Asks a mock what it answers an interaction; `undefined` for a message, and for states that cannot be set up. */
export type Rehearsal = (interaction: PactInteraction) => Promise<Touched | undefined>

/** Creates a mock of its own in this process, on which interactions are tried out: nothing listens, and Pact is not needed. */
export function createRehearsal(): Rehearsal {
  const mock = createMock({ seed: 'empty', journalLimit: 10 })
  const next: NextRequest = {}
  const { control } = mock
  const scene = sceneOf(control, next, (request) => mock.handle(request))
  return async ({ request, states: given }) => {
    if (!request) return undefined
    try {
      await emptyScene(scene, products)
      for (const { name, parameters } of given) await setUpState(states, name, parameters, scene)
      const now = Date.parse((await control.clock()).now)
      const sent = await resign(await control.credentials(next.mchid), { now: () => now })(
        wireRequest(request),
        next.flaw,
      )
      const answer = await mock.handle(sent)
      const { error } = await refusalInJournal(sent, answer, control, 'en')
      return { ...answerInShort(answer), ...(error !== undefined && { error }) }
    } catch {
      // A contract may name states that there are not: to say so is for its verification.
      return undefined
    }
  }
}

function wireRequest(request: Request): WireRequest {
  const { method, headers, body } = request
  return {
    method,
    target: targetOf(request),
    headers: {
      accept: 'application/json',
      'user-agent': 'wechatpay-mock',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...Object.fromEntries(headers.map(({ path: [name = ''], value }) => [name.toLowerCase(), String(value)])),
    },
    body: body === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(body)),
  }
}
