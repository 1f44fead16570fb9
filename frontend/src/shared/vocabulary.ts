/** The words of one part of the screen: Indonesian at once, English for those who read it. */

export type Values = Readonly<Record<string, string | number>>;

export interface Vocabulary<Word extends string> {
  /** Speaks `language` from now on; `english` is loaded only where it is read. */
  readonly learn: (language: string, english: () => Promise<Readonly<Record<Word, string>>>) => Promise<void>;
  readonly spoken: () => string;
  readonly w: (key: Word, values?: Values) => string;
  /** A word whose key is put together from the wire; null when there is none. */
  readonly maybe: (prefix: string, name: string, values?: Values) => string | null;
}

export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** `learn` is called beside each vocabulary, so that who never speaks English does not bundle it. */
export function vocabulary<Word extends string>(id: Readonly<Record<Word, string>>): Vocabulary<Word> {
  let words = id;
  let lang = "id";
  const w = (key: Word, values: Values = {}): string => filled(words[key], values);
  return {
    learn: async (language, english) => {
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
