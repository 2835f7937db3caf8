import { compareLevels } from './version.js';
import { closingBrace } from './word-list.js';

/** Maximum nesting of references, the same as in Postfix (mac_expand(3): "unreasonable macro call nesting"). */
const maximumDepth = 100;
/**
 * Maximum length of an expanded value. Each part of it counts one more than its length, so that references to empty values count, too.
 * Parameters that double the value, such as `a = $b $b`, `b = $c $c`, can exceed it; the rest of such a value is left out.
 */
const maximumLength = 65_536;

type LookUp = (name: string) => string | undefined;

const relations: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Replaces the references of main.cf (postconf(5), the introduction): `$name`, `${name}`, `$(name)`, `${name?text}`, `${name:text}`,
 * `${name?{text}:{text}}`, and comparisons, `${{left}=={right}?{text}:{text}}` (since 3.0; `==level` since 3.6). Unknown names are replaced
 * by nothing, `$$` by `$`, and malformed text is kept.
 * @param lookUp returns the value of a parameter, not expanded
 */
export function expandParameters(text: string, lookUp: LookUp): string {
  return new Expansion(lookUp).expand(text, 0);
}

class Expansion {
  #length = 0;

  constructor(private readonly lookUp: LookUp) {}

  expand(text: string, depth: number): string {
    if (depth > maximumDepth) return '';
    let result = '';
    for (let at = 0; at < text.length && this.#length < maximumLength; ) {
      const dollar = text.indexOf('$', at);
      const literal = text.slice(at, dollar < 0 ? text.length : dollar);
      result += literal;
      this.#length += literal.length + 1;
      if (dollar < 0) break;
      const { value, end } = this.#reference(text, dollar + 1, depth);
      result += value;
      at = end;
    }
    return result;
  }

  /** Expands the reference that follows a dollar sign. @returns its value, and the position after it */
  #reference(text: string, at: number, depth: number): { value: string; end: number } {
    const first = text[at];
    if (first === '$') return { value: '$', end: at + 1 };
    if (first === '{' || first === '(') {
      const end = first === '{' ? closingBrace(text, at) : text.indexOf(')', at);
      if (end < 0 || end >= text.length) return { value: text.slice(at - 1), end: text.length };
      return { value: this.#braced(text.slice(at + 1, end), depth), end: end + 1 };
    }
    const name = /^[A-Za-z0-9_]+/.exec(text.slice(at))?.[0];
    if (name === undefined) return { value: '$', end: at };
    return { value: this.#parameter(name, depth), end: at + name.length };
  }

  #parameter(name: string, depth: number): string {
    return this.expand(this.lookUp(name) ?? '', depth + 1);
  }

  #braced(content: string, depth: number): string {
    const [, name, operator, rest = ''] = /^\s*([A-Za-z0-9_]+)\s*(?:([?:])(.*))?$/s.exec(content) ?? [];
    if (name !== undefined) {
      if (operator === undefined) return this.#parameter(name, depth);
      // The test is made before expansion: a parameter with the value `$other` counts as set, even if `$other` expands to nothing.
      const given = (this.lookUp(name) ?? '') !== '';
      return this.#choose(operator === '?' ? given : !given, rest, depth);
    }
    return this.#comparison(content, depth) ?? `\${${content}}`;
  }

  #comparison(content: string, depth: number): string | undefined {
    const left = readBraced(content);
    const [, operator, level, rest] = /^\s*(==|!=|<=?|>=?)(level)?\s*(.*)$/s.exec(left?.rest ?? '') ?? [];
    const right = rest === undefined ? undefined : readBraced(rest);
    const relation = operator === undefined ? undefined : relations[operator];
    if (left === undefined || right === undefined || relation === undefined) return undefined;
    const sides = [this.expand(left.text, depth + 1), this.expand(right.text, depth + 1)] as const;
    const holds = relation(level ? compareLevels(...sides) : compareValues(...sides));
    const [, question, branches] = /^\s*(\?)?(.*)$/s.exec(right.rest) ?? [];
    // Without branches, Postfix replaces a true comparison by `true`, and a false one by nothing.
    if (question === undefined || branches === undefined) return holds ? 'true' : '';
    return this.#choose(holds, branches, depth);
  }

  /**
   * Expands the branch that applies: `yes` if the condition holds, otherwise `no`.
   * @param rest the branches, as `yes`, `{yes}`, `{yes}:no` or `{yes}:{no}`; a missing branch is empty
   */
  #choose(holds: boolean, rest: string, depth: number): string {
    const yes = readBraced(rest);
    if (yes === undefined) return holds ? this.expand(rest, depth + 1) : '';
    if (holds) return this.expand(yes.text, depth + 1);
    const no = /^\s*:(.*)$/s.exec(yes.rest)?.[1];
    return no === undefined ? '' : this.expand(readBraced(no)?.text ?? no, depth + 1);
  }
}

/**
 * Splits off a leading `{text}`.
 * @returns the text, trimmed, and what follows the closing brace; undefined if `content` does not begin with `{text}`
 */
function readBraced(content: string): { text: string; rest: string } | undefined {
  const from = content.search(/\S/);
  if (from < 0 || content[from] !== '{') return undefined;
  const end = closingBrace(content, from);
  return end >= content.length
    ? undefined
    : { text: content.slice(from + 1, end).trim(), rest: content.slice(end + 1) };
}

/** Compares two values: as numbers if both are numbers, otherwise as text. */
function compareValues(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
