const TO_ESCAPE = /[\p{Cc}\p{Cs}%]/gu

/**
 * Escapes control characters, and lone surrogates, which UTF-8 cannot encode. Different texts stay different.
 */
export function encodeText(text: string): string {
  return text.replace(TO_ESCAPE, (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
