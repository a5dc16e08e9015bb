/** Replacement for a secret. */
const HIDDEN = '••••••••'

/** Hides the private keys (PEM, even within a string of JSON or Java) and the APIv3 key in a text. */
export function hideSecrets(text: string, apiV3Key: string): string {
  return text
    .replaceAll(
      /(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)[^-]*(-----END (?:[A-Z]+ )?PRIVATE KEY-----)/g,
      `$1${HIDDEN}$2`,
    )
    .replaceAll(apiV3Key, HIDDEN)
}
