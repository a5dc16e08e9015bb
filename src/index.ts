/// <reference types="node" preserve="true" />
/** A simulated WeChat Pay API v3. */

export {
  type DocumentedAddress,
  type DocumentedRules,
  documentedCall,
  type InputOf,
} from './catalogue/documented-call.ts'
export type {
  ClockJson,
  CredentialsJson,
  FaultJson,
  HealthJson,
  PlannedFaultJson,
  PlatformJson,
} from './control/answer-format.ts'
export { type Call, type CallContext, type CallsFor, defineCall } from './control/call.ts'
export type { ClockTarget, ClockTime, NotificationFilter } from './control/client/shortcuts.ts'
export type { SendNotificationJson, ShownNotification } from './control/formats/notification.ts'
export type { Life, LifeState, Take, Transition } from './control/life.ts'
export { defineState, type ProviderState, type Scene } from './control/provider-states/state.ts'
export type { NoBody } from './control/route.ts'
export { rowCalls } from './control/row-calls.ts'
export { rowFaces } from './control/row-faces.ts'
export {
  belongsTo,
  defineThing,
  type Fact,
  type Thing,
  type ThingParts,
} from './control/things/thing.ts'
export { callbackOf, defineEvent, type EventDefinition } from './engine/callbacks/event.ts'
export type { Clock } from './engine/clock.ts'
export type { ErrorOf } from './engine/faults/check-plan.ts'
export type { CallbackEffect, FaultEffect, FaultPlan, PlannedFault } from './engine/faults/fault-plan.ts'
export type { Delivery, WireRequest, WireResponse } from './engine/http-message.ts'
export type { CallbackReference, Exchange, ExchangeFilter, Remark } from './engine/journal/journal.ts'
export type { KeyMode, Merchant } from './engine/keys/merchants.ts'
// Declarations of a product that is a package of its own mention the descriptions and schemas.
export {
  defineOperation,
  type InputSchemas,
  type Operation,
  type OperationContext,
  type OperationDescription,
} from './engine/operation.ts'
export { defineProduct, type Follower, follow, type Product } from './engine/product.ts'
export { defineSetting, type Setting } from './engine/settings.ts'
export { instant } from './engine/state/json-fields.ts'
export type { Transaction } from './engine/state/store.ts'
export {
  ALL,
  ascending,
  defineTable,
  descending,
  placeOf,
  type RowOf,
  type TableDefinition,
} from './engine/state/table.ts'
export { createMock, type MockFaults, type MockOptions, type WechatPayMock } from './mock.ts'
export { type ControlOptions, connectControl, MockControl, type MockControlOf } from './mock-control.ts'
export { type OpenMockOptions, openMock } from './open-mock.ts'
export { aboutCall, createCall } from './products/common/numbered-calls.ts'
export { products } from './products/index.ts'
export type { ExchangeJson, SettingsJson, SnapshotJson, WorldJson } from './products/json.ts'
export type { CouponPatch } from './products/merchant-coupon/coupon-control.ts'
export type { HandOutJson } from './products/merchant-coupon/hand-out.ts'
export * from './products/operations.ts'
export type { StoreWarning } from './stores/store-errors.ts'
export { UsageError } from './wire/protocol/errors.ts'
