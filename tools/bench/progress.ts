/** Shows the current measurement on a single line of the terminal that is overwritten; without a terminal, does nothing. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

/** Clears the line. */
export function endProgress(): void {
  progress('')
}
