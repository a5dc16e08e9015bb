/// <reference types="node" preserve="true" />
/** A simulated WeChat Pay API v3. */

export type * from './control/answer-format.ts'
export { type ControlOptions, connectControl, MockControl, type NotificationFilter } from './control/client.ts'
export type { SendNotificationJson, ShownNotification } from './control/formats/notification.ts'
export type { HandOutJson } from './control/hand-out-format.ts'
export type { CouponPatch } from './control/patch-coupon.ts'
export type * from './control/world-format.ts'
export type { Clock } from './engine/clock.ts'
export type { CallbackEffect, ErrorOf, FaultEffect, FaultPlan, PlannedFault } from './engine/faults.ts'
export type { CallbackReference, Exchange, ExchangeFilter, Remark } from './engine/journal.ts'
export type { KeyMode, Merchant } from './engine/merchants.ts'
export type { Delivery, WireRequest, WireResponse } from './engine/wire.ts'
export { createMock, type MockOptions, type WechatPayMock } from './mock.ts'
export { type OpenMockOptions, openMock } from './open-mock.ts'
export * from './operations/index.ts'
export { UsageError } from './protocol/errors.ts'
