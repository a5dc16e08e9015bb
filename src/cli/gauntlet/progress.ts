const WIDTH = 24

/** As much of a stream as a bar needs. */
interface Terminal {
  readonly isTTY: boolean
  write(text: string): boolean
}

/** A bar on standard error, where that is a terminal; it takes itself away when everything is done. */
export function progressBar(stream: Terminal = process.stderr): (done: number, all: number, name: string) => void {
  if (!stream.isTTY) return () => {}
  return (done, all, name) => {
    const filled = Math.round((done / all) * WIDTH)
    const bar = '='.repeat(filled).padEnd(WIDTH, ' ')
    stream.write(done === all ? '\r\u001B[K' : `\r\u001B[K[${bar}] ${done}/${all} ${name}`)
  }
}
