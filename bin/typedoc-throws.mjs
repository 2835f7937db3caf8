import { Converter } from 'typedoc';

/**
 * A plugin for TypeDoc. TypeDoc itself omits the class in `@throws {StoreIntegrityError} if …` and writes a heading for each tag. This
 * plugin makes one list of all tags, with class and code, and links the codes to docs/errors.md.
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const { comment } of Object.values(project.reflections)) if (comment !== undefined) listErrors(comment);
  });
}

function listErrors(comment) {
  const [first, ...others] = comment.blockTags.filter(({ tag }) => tag === '@throws');
  if (first === undefined) return;
  first.content = [first, ...others].flatMap((tag) => [...itemOf(tag), { kind: 'text', text: '\n' }]);
  first.typeAnnotation = undefined;
  comment.blockTags = comment.blockTags.filter((tag) => !others.includes(tag));
}

function itemOf({ typeAnnotation = '', content }) {
  const name = typeAnnotation.replaceAll(/[{}]/g, '');
  const code = codeOf(name);
  const link = code === undefined ? '' : ` ([\`${code}\`](../errors.md#errors))`;
  // If the docstring begins with the code, the code is not repeated.
  const [first, ...rest] = content;
  const condition = first?.text === `\`${code}\`` ? rest : content;
  return [{ kind: 'text', text: name === '' ? '- ' : `- \`${name}\`${link} ` }, ...condition];
}

/** Returns the code of a class, such as `ERR_STORE_INTEGRITY` for StoreIntegrityError. The classes are named after their codes. */
function codeOf(name) {
  if (!/^\w+Error$/.test(name) || ['TypeError', 'RangeError', 'Jks2PemError'].includes(name)) return undefined;
  const words = name.slice(0, -'Error'.length).replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_');
  return `ERR_${words.toUpperCase()}`;
}
