import { type CommandReference, type OptionReference, passwordPrefixes } from './command-reference.js';

/** Quotes words for a Bourne shell. */
const quoted = (words: string) => `'${words.replaceAll("'", "'\\''")}'`;

const flagsOf = ({ short, long }: OptionReference) => (short === undefined ? [long] : [short, long]);

/** Returns the possible values of an option; undefined if they are files or unknown. */
function valuesOf({ completion, choices }: OptionReference): readonly string[] | undefined {
  if (completion === 'choice') return choices;
  return completion === 'password' ? passwordPrefixes : undefined;
}

/** Creates the completion for bash(1). It does not need the package bash-completion. */
export function bashCompletion(commands: readonly CommandReference[]): string {
  const names = commands.map(({ name }) => name);
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) => {
      if (option.completion === 'none') return [];
      const patterns = flagsOf(option)
        .map((flag) => `${name}:${flag}`)
        .join('|');
      const words = valuesOf(option);
      const action = words
        ? `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current"))`
        : option.completion === 'file'
          ? 'COMPREPLY=($(compgen -f -- "$current"))'
          : ':';
      return [`    ${patterns}) ${action}; return ;;`];
    }),
  );
  const options = commands.map(
    ({ name, options: all }) => `    ${name}) words=${quoted([...all.flatMap(flagsOf), '--help'].join(' '))} ;;`,
  );
  return `# bash completion for jks2pem
_jks2pem() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=convert word words
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case $word in
    ${names.join('|')}) command=$word; break ;;
    esac
  done
  case $command:$previous in
${values.join('\n')}
  esac
  case $command in
${options.join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(`${names.join(' ')} help`)} -- "$current") $(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _jks2pem jks2pem
`;
}

/** Creates the completion for zsh(1): the file `_jks2pem` for a directory in $fpath. */
export function zshCompletion(commands: readonly CommandReference[]): string {
  const functions = commands.map(
    ({ name, options }) => `_jks2pem_${name}() {
  _arguments -s \\
${options
  .flatMap(zshSpecs)
  .map((spec) => `    ${spec} \\`)
  .join('\n')}
    '(- *)'{-h,--help}'[show help]' \\
    '*:file:_files'
}
`,
  );
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  return `#compdef jks2pem
# zsh completion for jks2pem
${functions.join('\n')}
_jks2pem() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    _files
    return
  fi
  case $words[2] in
    ${commands.map(({ name }) => name).join('|')}) local command=$words[2]; shift words; ((CURRENT--)); _jks2pem_$command ;;
    *) _jks2pem_convert ;;
  esac
}

_jks2pem "$@"
`;
}

/** Returns the specifications for zsh's _arguments, one for each form of an option. */
function zshSpecs(option: OptionReference): string[] {
  const description = option.description.replace(/[[\]:\\]/g, '\\$&');
  const values = valuesOf(option);
  const value =
    option.completion === 'none'
      ? ''
      : `:value:${values ? `(${values.join(' ').replaceAll(':', '\\:')})` : option.completion === 'file' ? '_files' : ' '}`;
  return flagsOf(option).map((flag) => quoted(`*${flag}[${description}]${value}`));
}

/** Creates the completion for fish(1). */
export function fishCompletion(commands: readonly CommandReference[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const none = `'not __fish_seen_subcommand_from ${names}'`;
  const lines = commands.flatMap(({ name, description, options }, i) => {
    // The options of convert, the default command, also work without its name.
    const condition =
      i === 0
        ? `'__fish_seen_subcommand_from ${name}; or not __fish_seen_subcommand_from ${names}'`
        : `'__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c jks2pem -n ${none} -a ${name} -d ${fishQuoted(description)}`,
      ...options.map((option) => `complete -c jks2pem -n ${condition} ${fishOption(option)}`),
    ];
  });
  return `# fish completion for jks2pem\n${lines.join('\n')}\n`;
}

function fishOption(option: OptionReference): string {
  const { short, long, completion, description } = option;
  const values = valuesOf(option);
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.replace(/^--/, '')}`,
    ...(completion === 'none' ? [] : completion === 'file' ? ['-r'] : ['-x']),
    ...(values ? [`-a ${fishQuoted(values.join(' '))}`] : []),
    `-d ${fishQuoted(description)}`,
  ].join(' ');
}

/** Quotes words for fish, which has two escape sequences in single quotes. */
function fishQuoted(words: string): string {
  return `'${words.replace(/[\\']/g, '\\$&')}'`;
}
