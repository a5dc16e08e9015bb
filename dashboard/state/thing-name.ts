/** The name of a thing in paths of the control API: its parts escaped and joined by slashes. */
export function nameInPath(name: readonly string[]): string {
  return name.map(encodeURIComponent).join('/')
}
