import autocannon from 'autocannon'
import type { Signed } from '../associate-requests.ts'

/** Posts `count` requests over 32 connections, cycling through the given ones; returns the number answered per second. */
export async function hammer(url: string, requests: readonly Signed[], count: number): Promise<number> {
  let next = 0
  let last = 0
  const { pathname, search } = new URL(url)
  const begin = performance.now()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: 32,
        amount: count,
        requests: [
          {
            method: 'POST',
            path: pathname + search,
            setupRequest: (request) => ({ ...request, ...requests[next++ % requests.length] }),
          },
        ],
      },
      (error: unknown, finished) => (error ? reject(error) : resolve(finished)),
    )
    instance.on('response', () => {
      last = performance.now()
    })
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} no success, ${result.errors} failed`)
  return (count / (last - begin)) * 1_000
}
