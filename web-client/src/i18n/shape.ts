/**
 * The shape that a translation must have: the keys of English, with the plural forms of its own language. A missing key, a key too
 * many and a missing plural form do not compile.
 */
export type Translation<English, Form extends string> = {
  readonly [
    Key in keyof English as Key extends `${string}_one` | `${string}_other` ? never : Key
  ]: English[Key] extends string ? string : Translation<English[Key], Form>;
} & {
  readonly [Key in keyof English as Key extends `${infer Base}_other` ? `${Base}_${Form}` : never]: string;
};

/** The plural forms that `Intl.PluralRules` knows for whole numbers, and for others. */
export type RussianForm = 'one' | 'few' | 'many' | 'other';
export type JapaneseForm = 'other';
