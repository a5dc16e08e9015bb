const TO_ESCAPE = /[\p{Cc}\p{Cs}%]/gu

/**
 * A text without control characters and without halves of surrogate pairs, which UTF-8 can not carry; two texts never become the same one.
 */
export function encodeText(text: string): string {
  return text.replace(TO_ESCAPE, (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
