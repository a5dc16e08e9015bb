/// <reference types="node" preserve="true" />
/**
 * Contracts with WeChat Pay: write them for a consumer, and verify anyone's against the mock.
 *
 * - `states`: the provider states with their parameters, the one list that both sides name them from;
 * - `wechatPayPact`, matchers: contracts for a consumer, written in its own tests;
 * - `verifyPacts`: verifies pact files of any language and any specification from 2 to 4;
 * - `recordPact`: turns the calls that a mock received into a contract;
 * - `providerStates`, `resign`: its building blocks, for pact's own verifier.
 */

export type { ProviderState, Scene, StateParameters } from '../../src/control/provider-states/state.ts'
export { type NextRequest, REQUEST_FLAWS, type RequestFlaw } from '../../src/control/provider-states/state.ts'
export {
  associateTradeInfo,
  disassociateTradeInfo,
  downloadCertificates,
  queryUserCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
export { type ParametersOf, type StateName, states } from '../../src/products/states.ts'
export {
  base64,
  fromState,
  like,
  type PactMatcher,
  someLike,
  textLike,
  time,
} from '../../src/traffic/recording/matchers.ts'
export type {
  LeftOutCall,
  PactRecording,
  RecordedInteraction,
  RecordPactOptions,
} from '../../src/traffic/recording/record-pact.ts'
export { type Resign, type ResignOptions, resign } from '../../src/traffic/recording/resign.ts'
export type { SigningCredentials } from '../../src/wire/protocol/authorization.ts'
export {
  type Connection,
  type InteractionAnswer,
  type InteractionStart,
  type InteractionTest,
  type MessageStart,
  type MessageTerms,
  type MessageTest,
  type ReceivedMessage,
  type RequestTerms,
  type WechatPayPact,
  type WechatPayPactOptions,
  wechatPayPact,
} from './consumer.ts'
export { type CouponSendEnvelope, couponSendEnvelope, type SentCoupon } from './coupon-send.ts'
export type { MessageProvider, MessageProviders, ProvidedMessage } from './messages.ts'
export type { ConsumerVersionSelector, PactBroker } from './pact-broker.ts'
export type { LeftOutPact } from './pact-sources.ts'
export type { ProviderAnswer } from './provider-answer.ts'
export { providerStates, type SendToProvider, type StateHandler } from './provider-states.ts'
export { recordPact } from './record-pact.ts'
export type { EvidenceResult, InteractionResult, PactMismatch, PactVerification } from './report.ts'
export { type PactsVerification, type VerifyPactsOptions, verifyPacts } from './verify-pacts.ts'
