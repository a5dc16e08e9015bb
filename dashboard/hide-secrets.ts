/** What stands in place of a secret. */
const HIDDEN = '••••••••'

/** A text without the private keys (PEM, also within a string of JSON or Java) and without the APIv3 key that are in it. */
export function hideSecrets(text: string, apiV3Key: string): string {
  return text
    .replaceAll(/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]*(-----END [A-Z ]*PRIVATE KEY-----)/g, `$1${HIDDEN}$2`)
    .replaceAll(apiV3Key, HIDDEN)
}
