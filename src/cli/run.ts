import {
  BrokenPipeError,
  describeFailure,
  ExitCode,
  exitCodeOf,
  failureLine,
  InterruptedError,
  UsageError,
} from './command-errors.js';
import { commandOutlines, type Definition, version } from './commands.js';
import type { Host } from './host.js';
import { toJson } from './json.js';
import { NagiosState, writeNagios } from './nagios.js';
import { Report } from './report.js';
import { Command, CommanderError } from './shared-options.js';
import { explainParseError, nearestCommand, refuseForeignOptions, refuseMisplacedArguments } from './usage-mistakes.js';

const example = `
Example:
  jks2pem tomcat.keystore -o /etc/postfix/example.pem

  asks for the password, then writes key, server certificate and intermediates
  in the order a server sends them.
  main.cf: smtpd_tls_chain_files = /etc/postfix/example.pem

  jks2pem convert --help shows all options of convert.
  Exit codes and environment variables are in man jks2pem.
`;

/** Number of columns of help that is not printed to a terminal. */
const defaultWidth = 80;

/**
 * Minimum width of the descriptions beside the options. With commander's default, 40 columns, descriptions would not be wrapped on a
 * terminal of 60 columns, because the options take more than 20.
 */
const narrowestHelp = 20;

/**
 * Runs the command.
 * @param argv the arguments after the name of the command
 * @returns the exit code
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let exitCode: number = ExitCode.done;
  // This is done first, because every user of the machine can read a password in the process list until then.
  if (mayHoldPassword(argv)) host.hideArguments();
  try {
    refuseForeignOptions(argv);
    const program = programFor(argv, host, (code) => {
      exitCode = code;
    });
    await program.parseAsync(asOptionHelp(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, argv, host);
    return error.exitCode === 0 ? ExitCode.done : fail(explainParseError(error, argv), argv, host);
  }
}

/** Matches options for passwords: those of jks2pem, and those that users of other tools expect. */
const passwordOption =
  /^(?:--?(?:(?:src|dest)?(?:store|key)-?)?pass(?:word|wd|phrase|in|out)?|--encrypt-key|-p)(?:=|$)/;
/** Matches sources that name a place instead of containing the password. */
const placeOfPassword = /^(?:(?:env|file|fd):|stdin$)/;

/**
 * Checks whether the command line may contain a password: a word is `pass:TEXT` or `-pTEXT`, or the value of an option for passwords does
 * not name a place such as a file.
 */
function mayHoldPassword(argv: readonly string[]): boolean {
  return argv.some((word, i) => {
    if (/^(?:-[^=]*=)?pass:|^-p[^=]/.test(word)) return true;
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[i + 1];
    return passwordOption.test(word) && value !== undefined && !placeOfPassword.test(value);
  });
}

/**
 * Converts `help COMMAND` to `COMMAND --help`, because the options of a command are defined only when it is called.
 * @throws {UsageError} if there is no such command
 */
function asOptionHelp(argv: readonly string[]): readonly string[] {
  const [help, name, ...rest] = argv;
  if (help !== 'help' || name === undefined || name.startsWith('-')) return argv;
  if (name === 'help') return ['--help'];
  if (commandOutlines.some((outline) => outline.name === name)) return [name, '--help', ...rest];
  const meant = nearestCommand(name);
  throw new UsageError(
    `${name} is not a command`,
    meant === undefined ? 'jks2pem --help lists the commands' : `did you mean jks2pem help ${meant}?`,
  );
}

/** Words for which commander lists all commands. */
const helpArguments: readonly string[] = ['help', '-h', '--help'];

function programFor(argv: readonly string[], host: Host, done: (exitCode: number) => void): Command {
  const program = new Command('jks2pem')
    .description('Turns a Java keystore into the PEM files that Postfix and other OpenSSL-based servers need.')
    .version(version)
    .addHelpText('after', example)
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => `${command.name()} ${command.usage()}`,
      minWidthToWrap: narrowestHelp,
    })
    .configureOutput({
      writeOut: (text) => host.writeOutput(Buffer.from(text)),
      // Errors are printed by fail(), with a better hint.
      outputError: () => {},
      // The width is determined here, because commander would create Node's streams to find out, which takes longer than the help itself.
      getOutHelpWidth: () => host.outputColumns() ?? defaultWidth,
      // With this, commander does not search the help for colours to remove; there are none.
      getOutHasColors: () => true,
    });
  const definitions = new Map<Command, () => Promise<Definition>>();
  const wantsAll = argv.some((argument) => helpArguments.includes(argument));
  if (!wantsAll) program.helpCommand(false);
  for (const { name, usage, description, define } of commandOutlines) {
    // Each command costs 0.05 ms and 5 KB. Only the first one, which is the default, and those that the arguments contain are added.
    if (!wantsAll && definitions.size > 0 && !argv.includes(name)) continue;
    const command = program.createCommand(name).usage(usage).description(description);
    // Without this, a subcommand prints to Node's own streams.
    command.copyInheritedSettings(program);
    program.addCommand(command, { isDefault: definitions.size === 0 });
    definitions.set(command, define);
  }
  // Options are loaded only for the command that is called.
  program.hook('preSubcommand', async (_, command) => {
    const define = await definitions.get(command)?.();
    define?.(command, host, done);
  });
  program.hook('preAction', (_, command) => refuseMisplacedArguments(command, argv, host));
  return program;
}

/**
 * Reports a failure in the format that the arguments request.
 * @returns the exit code
 */
function fail(error: unknown, argv: readonly string[], host: Host): number {
  // The reader of standard output, such as `head`, has read enough. Programs in a pipeline then end without a message.
  if (error instanceof BrokenPipeError) return ExitCode.brokenPipe;
  const failure = describeFailure(error);
  if (hasFlag(argv, '--nagios'))
    return writeNagios(
      host,
      commandOutlines.find(({ name }) => argv.includes(name))?.name ?? '',
      NagiosState.unknown,
      failureLine(failure),
    );
  if (hasFlag(argv, '--json')) {
    const { code, message, hint } = failure;
    host.writeOutput(Buffer.from(toJson({ error: { code, message, ...(hint !== undefined && { hint }) } })));
  }
  const report = new Report(host, false);
  if (error instanceof InterruptedError) report.say(failure.message);
  else report.error(failureLine(failure));
  if (failure.hint !== undefined) report.hint(failure.hint);
  return exitCodeOf(error);
}

function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes(flag);
}
