import { isDeepStrictEqual } from 'node:util'
import {
  emptyScene,
  type Scene,
  type StateParameters,
  type States,
  setUpState,
} from '../../src/control/provider-states/state.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { Product } from '../../src/engine/product.ts'
import type { SettingValues } from '../../src/engine/settings.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import type { Touched } from './evidence.ts'
import type { ProviderAnswer } from './provider-answer.ts'
import { textsOf } from './reason.ts'
import type { StateChange } from './state-change.ts'

/** Traffic through the front from an interaction's first state change to the next interaction's. */
export interface SeenInteraction {
  readonly states: readonly string[]
  /** Why the interaction fails even if the verifier accepts it. */
  readonly reasons: readonly string[]
  /** Whether the verifier received the provider's own answer, if with another status. */
  readonly answered: boolean
  /** The provider's answer; absent for a message. */
  readonly answer?: ProviderAnswer
  /** The same, with the error of a refusal, for the evidence of what the interaction relies on. */
  readonly touched?: Touched
}

/** An interaction that a verifier is running. */
export interface InteractionUnderWay extends SeenInteraction {
  readonly states: string[]
  readonly reasons: string[]
  /** State changes come before the request; after it come tear-downs, or the next interaction. */
  phase: 'setup' | 'asked' | 'torn down'
  answered: boolean
  answer?: ProviderAnswer
  touched?: Touched
  /** A request that was refused for now, and the answer that its repetition gets too. */
  refused?: { readonly request: WireRequest; readonly given: WireResponse } | undefined
}

/** Statuses after which HTTP clients repeat a request by themselves, such as the Apache client that pact-jvm verifies with. */
const REFUSED_FOR_NOW = [429, 503]

/** Parts needed to set up interactions. */
export interface Setting {
  readonly states: States
  readonly scene: Scene
  readonly products: readonly Product[]
  /** Settings that every interaction starts with; others have their defaults. */
  readonly settings: SettingValues
  /** Language of the reasons. */
  readonly language: Language
}

/**
 * Separates the interactions that a verifier runs, and sets them up. Verifiers run one after the other, but not all of them announce each, or say
 * when it is over. So an interaction consists of one request, which may come twice if it is refused for now, the state changes before it, and the
 * tear-downs after it, if any. Each begins in an empty world.
 */
export class InteractionSequence {
  readonly #setting: Setting
  readonly #all: InteractionUnderWay[] = []
  #isClean = false

  constructor(setting: Setting) {
    this.#setting = setting
  }

  /** In the order in which the verifier ran them. */
  get seen(): readonly SeenInteraction[] {
    return this.#all
  }

  /** Runs a step of an interaction; an error becomes a reason for the interaction to fail. */
  async attempt<Result>(
    { reasons }: InteractionUnderWay,
    step: () => Promise<Result>,
    says: (why: Texts) => Texts = (why) => why,
  ): Promise<Result | undefined> {
    try {
      return await step()
    } catch (error) {
      reasons.push(says(textsOf(error))[this.#setting.language])
      return undefined
    }
  }

  /** The interaction of a state change or a request: a new one, once the latest has had its request or is over. */
  async present(overlaps: boolean): Promise<InteractionUnderWay> {
    const atOnce = AT_ONCE[this.#setting.language]
    const latest = this.#all.at(-1)
    if (latest?.phase === 'setup') {
      if (overlaps && !latest.reasons.includes(atOnce)) latest.reasons.push(atOnce)
      return latest
    }
    const begun: InteractionUnderWay = { states: [], reasons: [], phase: 'setup', answered: false }
    this.#all.push(begun)
    if (overlaps) begun.reasons.push(atOnce)
    await this.attempt(begun, () => this.#empty(), notSetUp)
    return begun
  }

  /** The interaction of a request. */
  async asking(overlaps: boolean): Promise<InteractionUnderWay> {
    const current = await this.present(overlaps)
    current.phase = 'asked'
    this.#isClean = false
    return current
  }

  /** Notes the answer to the request of an interaction, in case that it comes again. */
  noteAnswer(current: InteractionUnderWay, request: WireRequest, given: WireResponse): void {
    if (REFUSED_FOR_NOW.includes(given.status)) current.refused = { request, given }
  }

  /** The answer to a request that was refused for now, if it comes again before anything else: once, as such clients repeat it. */
  answerAgain(request: WireRequest): WireResponse | undefined {
    const latest = this.#all.at(-1)
    const { refused } = latest ?? {}
    if (latest?.phase !== 'asked' || !refused || !isDeepStrictEqual(refused.request, request)) return undefined
    latest.refused = undefined
    return refused.given
  }

  /** @returns the parameters of the state, since verifiers look up values from provider states in the answer to a state change */
  async setUp({ state, params }: StateChange, overlaps: boolean): Promise<StateParameters> {
    const { states, scene } = this.#setting
    const current = await this.present(overlaps)
    // An interaction without states is announced with an empty one.
    if (state === '') return {}
    current.states.push(state)
    this.#isClean = false
    return (await this.attempt(current, () => setUpState(states, state, params, scene), notSetUp)) ?? {}
  }

  async tearDown(): Promise<void> {
    const latest = this.#all.at(-1)
    // Nothing was set up, so there is nothing to tear down.
    if (!latest) return
    latest.phase = 'torn down'
    await this.attempt(latest, () => this.#empty(), notSetUp)
  }

  async #empty(): Promise<void> {
    const { scene, products, settings } = this.#setting
    if (!this.#isClean) await emptyScene(scene, products, settings)
    this.#isClean = true
  }
}

const AT_ONCE: Texts = {
  en: 'It came while another request or state change was still being answered: verify one interaction after the other.',
  zh: '它到达时，上一个请求或状态变更还没有应答：请逐个验证交互。',
}

export const notSetUp = ({ en, zh }: Texts): Texts => ({
  en: `The provider state could not be set up: ${en}`,
  zh: `无法设置提供方状态：${zh}`,
})
