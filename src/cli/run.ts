import { commandOutlines, type Definition, version } from './commands.js';
import { describeFailure, ExitCode, exitCodeOf, failureLine } from './failure.js';
import type { Host } from './host.js';
import { Command, CommanderError } from './options.js';
import { printable } from './terminal/printable.js';

const example = `
Example:
  jks2pem tomcat.keystore -o /etc/postfix/example.pem

  asks for the password, then writes key, site certificate and intermediates in the order
  a server sends them. main.cf: smtpd_tls_chain_files = /etc/postfix/example.pem

  jks2pem help convert shows what else it can do.
`;

/** Columns of a line of help that goes to no terminal. */
const usualWidth = 80;

/**
 * Runs the command.
 * @param argv the arguments after the command's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let exitCode: number = ExitCode.done;
  // Before anything else: every moment that a password stands in the process list is one too many.
  if (argv.some((argument) => /^(?:--[a-z-]+=)?pass:/.test(argument))) host.hideArguments();
  const program = programFor(argv, host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(asOptionHelp(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    return tell(error, host);
  }
}

/** `help COMMAND` as `COMMAND --help`, for which commander has the command defined first. */
function asOptionHelp(argv: readonly string[]): readonly string[] {
  const [help, name, ...rest] = argv;
  const isCommand = help === 'help' && commandOutlines.some((outline) => outline.name === name);
  return isCommand ? [name as string, '--help', ...rest] : argv;
}

/** What makes commander list all commands. */
const helpArguments: readonly string[] = ['help', '-h', '--help'];

function programFor(argv: readonly string[], host: Host, done: (exitCode: number) => void): Command {
  const program = new Command('jks2pem')
    .description('Turns a Java keystore into the PEM files that Postfix and every other OpenSSL-based server want.')
    .version(version)
    .addHelpText('after', example)
    .showHelpAfterError('jks2pem: hint: jks2pem --help shows how it is called')
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      writeOut: (text) => host.writeOutput(Buffer.from(text)),
      writeErr: (text) => host.writeError(text),
      outputError: (text, write) => write(`jks2pem: ${printable(text.trimEnd())}\n`),
      // Asked here, since commander would set up Node's streams to find out, which takes longer than the help itself.
      getOutHelpWidth: () => host.outputColumns() ?? usualWidth,
      getErrHelpWidth: () => host.errorColumns() ?? usualWidth,
      // There is no colour in it that would have to be taken out.
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    });
  const definitions = new Map<Command, () => Promise<Definition>>();
  const wantsAll = argv.some((argument) => helpArguments.includes(argument));
  if (!wantsAll) program.helpCommand(false);
  for (const { name, usage, description, define } of commandOutlines) {
    // Each takes commander 0.05 ms and 5 KB to take in. The first is meant where no other is named.
    if (!wantsAll && definitions.size > 0 && !argv.includes(name)) continue;
    const command = program.createCommand(name).usage(usage).description(description);
    // What a subcommand prints goes where the program's does.
    command.copyInheritedSettings(program);
    program.addCommand(command, { isDefault: definitions.size === 0 });
    definitions.set(command, define);
  }
  // Only the command that is called is given its options.
  program.hook('preSubcommand', async (_, command) => {
    const define = await definitions.get(command)?.();
    define?.(command, host, done);
  });
  return program;
}

/** Says what went wrong, in one line, and what to do, in another. */
function tell(error: unknown, host: Host): number {
  const failure = describeFailure(error);
  const line = (text: string) => host.writeError(`jks2pem: ${printable(text)}\n`);
  line(`error: ${failureLine(failure)}`);
  if (failure.hint !== undefined) line(`hint: ${failure.hint}`);
  return exitCodeOf(error);
}
