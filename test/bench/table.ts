import { type Measurement, type Result, title } from './result.js';
import { median, type Spread } from './statistics.js';

const head = ['work / yardstick', 'measured', 'middle half', 'at most', 'others by the same yardstick'];

/** The results as a table in Markdown, which is readable as it is. */
export function toTable(results: readonly Result[]): string {
  const lines = [head, head.map(() => '---'), ...results.map(toCells)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toCells(result: Result): string[] {
  const most = result.most === undefined ? '' : String(result.most);
  if ('missing' in result) return [title(result), 'not measured', '', most, result.missing];
  const { ratio, rounds, unit, peers } = result;
  const medians = [rounds.subject, rounds.yardstick].map((numbers) => inUnit(median(numbers), unit));
  const measured = `**${toRatio(ratio.median)}** (${medians.join(' / ')})`;
  return [title(result), measured, toRange(ratio), most, peers.map(toPeer).join(', ')];
}

function toPeer(peer: Measurement['peers'][number]): string {
  return 'missing' in peer ? `${peer.name}: ${peer.missing}` : `${peer.name} ${toRatio(peer.ratio.median)}`;
}

function toRange({ low, high }: Spread): string {
  return `${toRatio(low)}–${toRatio(high)}`;
}

/** Two places behind the point, three where the first is nought. */
function toRatio(ratio: number): string {
  return ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2);
}

function inUnit(number: number, unit: Result['unit']): string {
  const digits = Math.abs(number) < 100 ? number.toPrecision(3) : number.toFixed(0);
  return unit === 'times' ? digits : `${digits} ${unit}`;
}

/** Comments of HTML, which a reader of Markdown does not see. */
const [start, end] = ['<!-- benchmarks -->', '<!-- end of benchmarks -->'];

/**
 * The text with everything between the two marks replaced.
 * @throws {RangeError} if the marks are not there, once each and in their order
 */
export function replaceBetweenMarks(text: string, content: string): string {
  const [before, inside, ...more] = text.split(start);
  const [, after, ...extra] = (inside ?? '').split(end);
  if (before === undefined || after === undefined || more.length > 0 || extra.length > 0)
    throw new RangeError(`${start} and ${end} must be there, once each and in this order`);
  return `${before}${start}\n${content}\n${end}${after}`;
}
