/** The name of a thing as paths of the control API have it: its parts escaped, with a slash between them. */
export function nameInPath(name: readonly string[]): string {
  return name.map(encodeURIComponent).join('/')
}
