import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { isJsonObject } from '../../src/protocol/json-object.ts'
import type { NextRequest } from '../../src/provider-states/next-request.ts'
import { emptyScene, setUpState } from '../../src/provider-states/set-up.ts'
import type { StateParameters } from '../../src/provider-states/state.ts'
import { statesOf } from '../../src/provider-states/states-of.ts'
import { resign } from '../../src/recording/resign.ts'
import { isLeftUnsigned } from '../../src/testing/answer-faults.ts'
import { admissionCheck } from './admission.ts'
import { reasonsAgainst, reasonsAgainstMessage } from './answer-checks.ts'
import { type MessageProviders, messageAnswerOf, messageFor } from './messages.ts'
import { sceneOf } from './provider-states.ts'
import { jsonAnswer, type RawServer, rawSender, rawServer } from './raw-http.ts'

/** Where pact's verifier posts state changes to, and asks for messages. */
export const STATES_PATH = '/_pact/states'
export const MESSAGES_PATH = '/_pact/messages'

/**
 * Status of an answer that the verifier must take for a failure. Reports omit the verifier's own message about it: the reasons say more.
 *
 * Nothing here ever answers a state change with 5xx: pact's verifier would try again for two minutes.
 */
export const FAILED_STATUS = 599

/** What passed through the proxy from an interaction's first state change to the next interaction's. */
export interface ProxiedInteraction {
  readonly states: readonly string[]
  /** Why the interaction fails although pact's verifier might be content. */
  readonly reasons: readonly string[]
  /** Whether the provider was asked at all. */
  readonly answered: boolean
}

export interface VerifyingProxy extends RawServer {
  /** In the order in which the verifier ran them. */
  readonly interactions: readonly ProxiedInteraction[]
}

/** What stands between pact's verifier and the provider. */
export interface ProxyOptions {
  /** Address of the provider under test. */
  readonly provider: string
  readonly control: MockControl
  readonly messages: MessageProviders
  /** Those of the provider, which bring the states. */
  readonly products: readonly Product[]
}

interface Current {
  readonly states: string[]
  readonly reasons: string[]
  /** State changes come before the request, tear-downs after it. */
  phase: 'setup' | 'teardown'
  answered: boolean
}

/**
 * Starts the proxy that pact's verifier is pointed at: it puts the provider into its states, signs each request over the bytes that
 * really arrive, and checks of each answer what a pact cannot say.
 *
 * @throws UsageError `MOCK_PRODUCT` for a state of a product that has the name of another's
 */
export async function startVerifyingProxy(options: ProxyOptions): Promise<VerifyingProxy> {
  const { provider, control, messages, products } = options
  const states = await statesOf(products)
  const sender = rawSender(provider)
  const next: NextRequest = {}
  const scene = sceneOf(control, next, sender.send)
  const reasonsToDistrust = admissionCheck(products)
  const interactions: Current[] = []
  let clean = false

  const latest = (): Current => {
    const known = interactions.at(-1)
    if (known) return known
    const first: Current = { states: [], reasons: [], phase: 'setup', answered: false }
    interactions.push(first)
    return first
  }

  const changeState = async ({ action, state, params }: StateChange): Promise<StateParameters> => {
    if (action === 'teardown') {
      latest().phase = 'teardown'
      if (!clean) await emptyScene(scene, products)
      clean = true
      return {}
    }
    if (interactions.length === 0 || latest().phase === 'teardown') {
      interactions.push({ states: [], reasons: [], phase: 'setup', answered: false })
      if (!clean) await emptyScene(scene, products)
    }
    clean = false
    // An interaction without states is announced with an empty one.
    if (state === '') return {}
    latest().states.push(state)
    return setUpState(states, state, params, scene)
  }

  const stateAnswer = async (request: WireRequest): Promise<WireResponse> => {
    try {
      // The verifier fills in what interactions take from provider states.
      return jsonAnswer(200, await changeState(readStateChange(request)))
    } catch (error) {
      latest().reasons.push(`The provider state could not be set up: ${textOf(error)}`)
      return jsonAnswer(200, {})
    }
  }

  const messageAnswer = async (request: WireRequest): Promise<WireResponse> => {
    const current = latest()
    const { reasons } = current
    try {
      if (reasons.length === 0) {
        const message = await messageFor(request.body, messages, control)
        const credentials = await control.credentials(next.mchid)
        reasons.push(...reasonsAgainstMessage(message, { credentials, now: Date.parse((await control.clock()).now) }))
        if (reasons.length === 0) {
          current.answered = true
          return messageAnswerOf(message)
        }
      }
    } catch (error) {
      reasons.push(textOf(error))
    }
    return jsonAnswer(200, { reasons })
  }

  const forward = async (request: WireRequest): Promise<WireResponse> => {
    const current = latest()
    const { reasons } = current
    if (reasons.length > 0) return jsonAnswer(FAILED_STATUS, { reasons })
    try {
      const credentials = await control.credentials(next.mchid)
      const now = Date.parse((await control.clock()).now)
      const sign = resign(credentials, { now: () => now })
      const answer = await sender.send(await sign(request, next.flaw))
      current.answered = true
      if (next.flaw !== undefined && answer.status < 400) {
        reasons.push(`It was let in with ${answer.status}, although it is not as it has to be: ${next.flaw}.`)
        return { ...answer, status: FAILED_STATUS }
      }
      const expected = !isLeftUnsigned(answer) && next.flaw === undefined
      reasons.push(...reasonsAgainst(answer, { target: request.target, credentials, signed: expected, now }))
      if (answer.status < 300) reasons.push(...(await reasonsToDistrust(request, { resign: sign, send: sender.send })))
      return reasons.length === 0 ? answer : { ...answer, status: FAILED_STATUS }
    } catch (error) {
      reasons.push(`The provider could not be asked: ${textOf(error)}`)
      return jsonAnswer(FAILED_STATUS, { reasons })
    }
  }

  const server = await rawServer((request) => {
    if (request.target === STATES_PATH) return stateAnswer(request)
    if (request.target === MESSAGES_PATH) return messageAnswer(request)
    return forward(request)
  })
  return {
    ...server,
    interactions,
    async close() {
      sender.close()
      await server.close()
    },
  }
}

interface StateChange {
  readonly action: string
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
}

function readStateChange({ body }: WireRequest): StateChange {
  const { action, state, params } = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>
  return {
    action: String(action),
    state: typeof state === 'string' ? state : '',
    params: isJsonObject(params) ? params : {},
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
