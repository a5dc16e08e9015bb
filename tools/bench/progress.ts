/** Says on the terminal what is being measured, on one line that is written over; without a terminal, nothing. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

/** Takes the line away. */
export function endProgress(): void {
  progress('')
}
