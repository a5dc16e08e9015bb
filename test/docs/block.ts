/** The code under `<!-- example: name -->`. */
export function block(markdown: string, name: string): string {
  const [, code] = new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(markdown) ?? []
  if (code === undefined) throw new Error(`No example ${name}`)
  return code
}
