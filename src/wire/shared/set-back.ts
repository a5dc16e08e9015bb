/** A clock that is set back from one instant to an earlier one, epoch milliseconds. */
export interface SetBack {
  readonly from: number
  readonly to: number
}

/** Whether an instant has come before the clock is set back, and would be ahead again afterwards. */
export function isUndone({ from, to }: SetBack, instant: number): boolean {
  return to < instant && instant <= from
}
