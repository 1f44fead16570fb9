/** The words of one part of the screen: Indonesian at once, English for those who read it. */

export type Values = Readonly<Record<string, string | number>>;

export interface Vocabulary<Word extends string> {
  /** Loads English only where it is read: the others do not pay for its bytes. */
  readonly speak: (language: string) => Promise<void>;
  readonly spoken: () => string;
  readonly w: (key: Word, values?: Values) => string;
  /** A word whose key is put together from the wire; null when there is none. */
  readonly maybe: (prefix: string, name: string, values?: Values) => string | null;
}

export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function vocabulary<Word extends string>(
  id: Readonly<Record<Word, string>>,
  english: () => Promise<Readonly<Record<Word, string>>>,
): Vocabulary<Word> {
  let words = id;
  let lang = "id";
  const w = (key: Word, values: Values = {}): string => filled(words[key], values);
  return {
    speak: async (language) => {
      lang = language;
      if (language.startsWith("en")) words = await english();
    },
    spoken: () => lang,
    w,
    maybe: (prefix, name, values = {}) => {
      const key = `${prefix}.${name}`;
      return key in words ? w(key as Word, values) : null;
    },
  };
}
