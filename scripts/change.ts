/** A text of the product put in the place of another, in a copy. */
export interface Change {
  /** Path from the project's root. */
  readonly file: string;
  /** Exact text that occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Put before the file's first line, as imports that the new text needs. */
  readonly head?: string;
}
