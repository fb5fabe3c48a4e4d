/** Port of a table whose items carry events. */
export interface CarriedEvents {
  /**
   * Makes the table's stream say an entry again: one write, one stream record, nothing of the item's state changes.
   * @returns false when there is no such entry: nothing is written then
   */
  sayAgain(item: { readonly pk: string; readonly sk: string }, sequence: number): Promise<boolean>;
}
