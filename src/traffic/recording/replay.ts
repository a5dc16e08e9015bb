import {
  emptyScene,
  type NextRequest,
  needsProvider,
  type Scene,
  setUpState,
} from '../../control/provider-states/state.ts'
import type { WireRequest, WireResponse } from '../../engine/http-message.ts'
import type { MockControl } from '../../mock-control.ts'
import { products } from '../../products/index.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { states } from '../../products/states.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { AnswerParts } from './answer-template.ts'
import { type Condition, LeftOut } from './conditions.ts'
import { resign } from './resign.ts'

/** Repeats a request on its own, in the provider states that a pact would name. Rejects with a {@link LeftOut} if they cannot be set up together. */
export type Replay = (request: ExchangeJson['request'], conditions: readonly Condition[]) => Promise<AnswerParts>

/** Creates the mock to replay on: `createMock`, passed in because it depends on this folder. */
export type CreateMock = (options: { readonly seed: 'empty'; readonly journalLimit: 0 }) => {
  readonly control: MockControl
  handle(request: WireRequest): Promise<WireResponse>
}

/** Replays on a separate mock, which proves without Pact that the recording verifies. */
export function createReplay(createMock: CreateMock): Replay {
  const mock = createMock({ seed: 'empty', journalLimit: 0 })
  const next: NextRequest = {}
  const scene: Scene = { control: mock.control, next, request: needsProvider }
  const replay: Replay = async ({ method, target, headers, body }, conditions) => {
    await emptyScene(scene, products)
    await setUp(conditions, scene)
    const signed = await resign(await mock.control.credentials(next.mchid))(
      { method, target, headers, body: bytesOf(body) },
      next.flaw,
    )
    const answer = await mock.handle(signed)
    return answerParts(answer.status, Buffer.from(answer.body).toString('utf8'))
  }
  return remembered(replay)
}

/** With stand-ins, most calls of a run are equal, and so are the results of trying them out. */
function remembered(replay: Replay): Replay {
  const tried = new Map<string, Promise<AnswerParts>>()
  // The signature and the length are computed anew.
  return ({ headers: { authorization: _, 'content-length': __, ...headers }, ...request }, conditions) => {
    const key = JSON.stringify([request, headers, conditions])
    const answer = tried.get(key) ?? replay({ ...request, headers }, conditions)
    tried.set(key, answer)
    return answer
  }
}

async function setUp(conditions: readonly Condition[], scene: Scene): Promise<void> {
  for (const { name, params } of conditions) {
    try {
      await setUpState(states, name, params, scene)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      const { en, zh } = error.texts
      throw new LeftOut({
        en: `the provider state "${name}" cannot be set up as it was: ${en}`,
        zh: `无法按当时的情形设置提供方状态“${name}”：${zh}`,
      })
    }
  }
}

/** The parts of an answer, with its body parsed as JSON. */
export function answerParts(status: number, body: string): AnswerParts {
  return { status, body: body === '' ? undefined : JSON.parse(body) }
}

function bytesOf(body: ExchangeJson['request']['body']): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64')
}
