/**
 * The name under which a saved view has the answer of a control call. How many things a list is asked for does not matter: the view has as many as it
 * was saved with.
 *
 * @param path below `/_mock`, with everything filled in
 */
export function savedKey(path: string, query: Iterable<readonly [name: string, value: string]>): string {
  const wanted = [...query].filter(([name]) => name !== 'limit').map(([name, value]) => `${name}=${value}`)
  return [path, ...wanted.toSorted()].join('\n')
}
