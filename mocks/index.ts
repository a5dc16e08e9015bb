/// <reference types="node" preserve="true" />
/** The mock as request handlers for msw. */
export { type HandlersOptions, handlers, MockBugError, WECHAT_PAY_HOSTS } from './handlers.ts'
