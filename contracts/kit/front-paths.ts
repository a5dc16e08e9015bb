/** What a front answers itself: paths that begin so are none of WeChat Pay's. */
export const OWN_PATHS = '/_pact/'
/** Where verifiers post state changes to, and where they ask for messages; `/` is as good for these, where a verifier knows no other. */
export const STATES_PATH = `${OWN_PATHS}states`
export const MESSAGES_PATH = `${OWN_PATHS}messages`
