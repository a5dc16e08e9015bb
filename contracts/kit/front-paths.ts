/** Prefix of the paths that a front answers itself; WeChat Pay does not use it. */
export const OWN_PATHS = '/_pact/'
/** Target of verifiers' state changes and message requests. `/` works for these too, since some verifiers do not take another path. */
export const STATES_PATH = `${OWN_PATHS}states`
export const MESSAGES_PATH = `${OWN_PATHS}messages`
/** Target of a consumer's tests for contents that are to arrive as a callback; the name of the event follows. */
export const CALLBACKS_PATH = `${OWN_PATHS}callbacks/`
