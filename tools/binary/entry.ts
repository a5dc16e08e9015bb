/** The entry of the single executable. It has the Node it needs, and nothing to compile, so it starts the program without more ado. */
import { run } from '../../src/cli/program.ts'

void run(process.argv.slice(2))
