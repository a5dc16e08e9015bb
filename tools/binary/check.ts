/** @throws Error that shows the actual value */
export function check(holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`Not as it has to be: ${JSON.stringify(found, null, 1)}`)
}

export function passed(title: string): void {
  console.log(`ok  ${title}`)
}

/** Says that a check passed, unless it throws. */
export async function step(title: string, work: () => unknown): Promise<void> {
  await work()
  passed(title)
}
