/** What a message is about, in a few words that are the same in every run: `FundsHeld tr_..-1 emission 1`. */
export const nameOfMessage = (body: string): string => {
  const id = /"id":"([^"]+)"/.exec(body)?.[1];
  const type = /"type":"([^"]+)"/.exec(body)?.[1];
  const emission = /"emission":(\d+)/.exec(body)?.[1];
  return id === undefined || type === undefined ? `"${body.slice(0, 20)}"` : `${type} ${id}${emission === undefined || emission === '1' ? '' : ` emission ${emission}`}`;
};
