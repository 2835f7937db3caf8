import type { ByteReader } from '../../bytes/byte-reader.js';
import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { LimitExceededError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';

/** A value of a Java object stream as plain data. No class is loaded, and no code from the stream is run. */
export type JavaValue = null | string | Uint8Array | JavaObject | JavaEnum | JavaArray;

export interface JavaObject {
  readonly kind: 'object';
  readonly className: string;
  /**
   * Fields whose type is a class or an array, by name. If a subclass and its superclass have a field of the same name, that of the subclass
   * is kept. Primitive fields are skipped.
   */
  readonly fields: ReadonlyMap<string, JavaValue>;
}

interface JavaEnum {
  readonly kind: 'enum';
  readonly className: string;
  readonly constant: string;
}

/** An array whose elements are not bytes. The elements are skipped. An array of bytes is a Uint8Array. */
interface JavaArray {
  readonly kind: 'array';
  readonly className: string;
}

/** Constants of Java Object Serialization Specification 6.4.2. */
const magic = 0xaced;
const streamVersion = 5;
const firstHandle = 0x7e0000;
const Code = {
  null: 0x70,
  reference: 0x71,
  classDescription: 0x72,
  object: 0x73,
  string: 0x74,
  array: 0x75,
  blockData: 0x77,
  endBlockData: 0x78,
  longBlockData: 0x7a,
  longString: 0x7c,
  enumeration: 0x7e,
} as const;
/** Flags in a class description. */
const hasWriteMethod = 0x01;
const isSerializable = 0x02;
const isExternalizable = 0x04;

/** Size of a primitive type in bytes, by its type letter. */
const primitiveSizes: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['C', 2],
  ['D', 8],
  ['F', 4],
  ['I', 4],
  ['J', 8],
  ['S', 2],
  ['Z', 1],
]);

interface ClassDescription {
  readonly kind: 'class';
  readonly name: string;
  readonly flags: number;
  readonly fields: readonly { readonly type: string; readonly name: string }[];
  readonly superclass: ClassDescription | undefined;
}

/** A value to which a later part of the stream can refer. */
type Referable = NonNullable<JavaValue> | ClassDescription;

/**
 * Reads one object stream. Its length is not stored: the reader stops where the grammar ends the object.
 * @throws {StoreMalformedError} if the bytes are not an object stream, or contain elements that no key needs: exceptions, resets, proxies,
 * Class objects, and externalizable objects, whose format only their class knows
 * @throws {LimitExceededError} if there are too many objects, or if they are nested too deep
 */
export function readObjectStream(reader: ByteReader, limits: Limits): JavaValue {
  const at = reader.offset;
  if (reader.u16('magic number') !== magic || reader.u16('stream version') !== streamVersion) {
    throw reader.malformed('not a Java object stream', at);
  }
  return new ObjectStream(reader, limits).readValue();
}

class ObjectStream {
  readonly #handles: (Referable | undefined)[] = [];
  #depth = 0;

  constructor(
    private readonly reader: ByteReader,
    private readonly limits: Limits,
  ) {}

  readValue(): JavaValue {
    return this.#nested(() => {
      const at = this.reader.offset;
      const code = this.reader.u8('type code');
      switch (code) {
        case Code.null:
          return null;
        case Code.reference:
          return this.#readReference(isValue);
        case Code.object:
          return this.#readObject();
        case Code.string:
          return this.#keep(this.reader.utf('string').text);
        case Code.longString:
          return this.#keep(this.#readLongString());
        case Code.array:
          return this.#readArray();
        case Code.enumeration:
          return this.#readEnum();
        default:
          throw this.reader.malformed(`type code 0x${code.toString(16)} is not supported in an object stream`, at);
      }
    });
  }

  #readObject(): JavaObject {
    const description = this.#requireClass();
    const handle = this.#reserve();
    const fields = new Map<string, JavaValue>();
    // The fields of the topmost superclass come first.
    for (const level of this.#withSuperclasses(description)) {
      for (const { type, name } of level.fields) {
        const value = this.#readField(type);
        if (value !== undefined) fields.set(name, value);
      }
      if (level.flags & hasWriteMethod) this.#skipAnnotations();
    }
    const object: JavaObject = { kind: 'object', className: description.name, fields };
    this.#handles[handle] = object;
    return object;
  }

  /** Reads the value of a field; undefined for a primitive. */
  #readField(type: string): JavaValue | undefined {
    const size = primitiveSizes.get(type);
    if (size === undefined) return this.readValue();
    this.reader.take(size, 'field');
    return undefined;
  }

  #readArray(): JavaValue {
    const { name } = this.#requireClass();
    const handle = this.#reserve();
    const length = this.reader.count('array length');
    const type = name.charAt(1);
    const size = primitiveSizes.get(type);
    if (size !== undefined) {
      const bytes = this.reader.take(length * size, 'array');
      return (this.#handles[handle] = type === 'B' ? bytes : { kind: 'array', className: name });
    }
    this.#handles[handle] = { kind: 'array', className: name };
    for (let i = 0; i < length; i++) this.readValue();
    return { kind: 'array', className: name };
  }

  #readEnum(): JavaEnum {
    const { name: className } = this.#requireClass();
    const handle = this.#reserve();
    const constant = this.readValue();
    if (typeof constant !== 'string') throw this.reader.malformed('name of an enum constant expected');
    const value: JavaEnum = { kind: 'enum', className, constant };
    this.#handles[handle] = value;
    return value;
  }

  #readLongString(): string {
    // This is the upper half of a 64-bit length. The lower half precedes the bytes as the length of a blob.
    if (this.reader.u32('length of string') !== 0) throw this.reader.malformed('length of string: too long');
    const bytes = this.reader.blob('string');
    return decodeUtf8Leniently(bytes);
  }

  #requireClass(): ClassDescription {
    const description = this.#readClass();
    if (description === undefined) throw this.reader.malformed('class description expected');
    return description;
  }

  /** Reads a class description, new or by reference; undefined for null, which ends the list of superclasses. */
  #readClass(): ClassDescription | undefined {
    return this.#nested(() => {
      const at = this.reader.offset;
      const code = this.reader.u8('class description');
      if (code === Code.null) return undefined;
      if (code === Code.reference) return this.#readReference(isClass);
      if (code !== Code.classDescription) throw this.reader.malformed('class description expected', at);
      const name = this.reader.utf('class name').text;
      this.reader.take(8, 'serial version');
      // The handle is reserved but stays empty until the description is complete. Otherwise a class could be its own superclass.
      const handle = this.#reserve();
      const flags = this.reader.u8('flags');
      if (flags & isExternalizable || !(flags & isSerializable)) {
        throw this.reader.malformed(`class ${name} does not use the serialized form of java.io.Serializable`);
      }
      const fields: ClassDescription['fields'][number][] = [];
      for (let left = this.reader.u16('number of fields'); left > 0; left--) {
        const type = String.fromCharCode(this.reader.u8('field type'));
        const field = { type, name: this.reader.utf('field name').text };
        if (!primitiveSizes.has(type)) {
          if (type !== '[' && type !== 'L') throw this.reader.malformed(`field type "${type}" is not one of Java's`);
          this.readValue();
        }
        fields.push(field);
      }
      this.#skipAnnotations();
      const description: ClassDescription = { kind: 'class', name, flags, fields, superclass: this.#readClass() };
      this.#handles[handle] = description;
      return description;
    });
  }

  /**
   * Lists the class and its superclasses, topmost first. Superclasses given by reference do not increase the nesting depth. Therefore their
   * number is limited here.
   */
  #withSuperclasses(description: ClassDescription): ClassDescription[] {
    const classes: ClassDescription[] = [];
    for (let level: ClassDescription | undefined = description; level; level = level.superclass) {
      requireWithin(this.limits, 'serializedDepth', classes.push(level));
    }
    return classes.reverse();
  }

  /** Skips the data that a class or an object wrote in addition to its fields, up to the end mark. */
  #skipAnnotations(): void {
    for (;;) {
      const code = this.reader.bytes[this.reader.offset];
      if (code === Code.endBlockData || code === Code.blockData || code === Code.longBlockData) {
        this.reader.u8('type code');
        if (code === Code.endBlockData) return;
        if (code === Code.longBlockData) this.reader.blob('block of data');
        else this.reader.take(this.reader.u8('length of block of data'), 'block of data');
      } else {
        this.readValue();
      }
    }
  }

  #readReference<T extends Referable>(fits: (value: Referable | undefined) => value is T): T {
    const at = this.reader.offset;
    const value = this.#handles[this.reader.u32('reference') - firstHandle];
    // A reference to an object that is still being read would be a cycle. No key contains one.
    if (!fits(value)) throw this.reader.malformed('reference to an unknown object', at);
    return value;
  }

  #keep<T extends Referable>(value: T): T {
    this.#handles[this.#reserve()] = value;
    return value;
  }

  #reserve(): number {
    requireWithin(this.limits, 'serializedObjects', this.#handles.length + 1);
    return this.#handles.push(undefined) - 1;
  }

  #nested<T>(read: () => T): T {
    if (this.#depth >= this.limits.serializedDepth) {
      throw new LimitExceededError('serializedDepth', this.#depth + 1, this.limits.serializedDepth);
    }
    this.#depth++;
    const value = read();
    this.#depth--;
    return value;
  }
}

function isClass(value: Referable | undefined): value is ClassDescription {
  return typeof value === 'object' && 'kind' in value && value.kind === 'class';
}

function isValue(value: Referable | undefined): value is NonNullable<JavaValue> {
  return value !== undefined && !isClass(value);
}
