export interface Replacement {
  /** Exact text that occurs once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A text of the product put in the place of another, in a copy. */
export interface Change extends Replacement {
  /** Path from the project's root. */
  readonly file: string;
  /** More of the same file, where what is changed first has something behind it that does the same. */
  readonly and?: readonly Replacement[];
  /** Put before the file's first line, as imports that the new text needs. */
  readonly head?: string;
}
