/**
 * The variables in the path of a request, decoded.
 *
 * @param template the operation's path, with its variables in braces
 * @param target the request's path, with or without a query
 */
export function pathMembers(template: string, target: string): Readonly<Record<string, string>> {
  const [path = ''] = target.split('?', 1)
  const segments = path.split('/')
  return Object.fromEntries(
    template
      .split('/')
      .flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), decoded(segments[i] ?? '')]] : [])),
  )
}

/** A decoded path segment; returned unchanged if its escapes are broken. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
