/**
 * Shows things in a tab of the dashboard that is open already. A link cannot name such a tab: the policy of the dashboard keeps its windows apart from
 * those of all other pages.
 */

const CHANNEL = 'wechatpay-mock dashboard'

/** How long a page waits for tabs to say that they are there. */
const ANSWERED_WITHIN_MS = 150

type Said =
  | { readonly is: 'asked' }
  | { readonly is: 'here'; readonly tab: number; readonly isInSight: boolean }
  | { readonly is: 'show'; readonly tab: number; readonly hash: string }

/**
 * Lets pages show things in this tab of the dashboard.
 *
 * @param isFree whether it may show something else: a page in one of its frames must not lead it away
 */
export function showOnRequest(isFree: () => boolean): void {
  const channel = new BroadcastChannel(CHANNEL)
  const own = Math.random()
  channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
    if (data.is === 'asked' && isFree())
      channel.postMessage({ is: 'here', tab: own, isInSight: !document.hidden } satisfies Said)
    if (data.is === 'show' && data.tab === own) location.hash = data.hash
  })
}

/** Shows a location of the dashboard in one of its tabs, preferably one in sight. Returns whether there is one. */
export async function showInTab(hash: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL)
  const tabs: Extract<Said, { is: 'here' }>[] = []
  channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
    if (data.is === 'here') tabs.push(data)
  })
  channel.postMessage({ is: 'asked' } satisfies Said)
  await new Promise((resolve) => setTimeout(resolve, ANSWERED_WITHIN_MS))
  const found = tabs.find(({ isInSight }) => isInSight) ?? tabs[0]
  if (found) channel.postMessage({ is: 'show', tab: found.tab, hash } satisfies Said)
  channel.close()
  return found !== undefined
}
