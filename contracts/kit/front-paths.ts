/** Where verifiers post state changes to, and where they ask for messages; `/` is as good for these, where a verifier knows no other. */
export const STATES_PATH = '/_pact/states'
export const MESSAGES_PATH = '/_pact/messages'
