/** The entry of the single executable. It contains the Node it needs, and nothing to compile, so it starts the program directly. */
import { run } from '../../src/cli/program.ts'

void run(process.argv.slice(2))
