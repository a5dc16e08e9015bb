/** Prefix of the paths that a front answers itself; WeChat Pay does not use it. */
export const OWN_PATHS = '/_pact/'
/** Target of verifiers' state changes and message requests. `/` works for these too, since some verifiers know no other path. */
export const STATES_PATH = `${OWN_PATHS}states`
export const MESSAGES_PATH = `${OWN_PATHS}messages`
