/** One thing that happened. `what` is made into text only when somebody reads it. */
export interface TraceLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly who: string;
  readonly what: string | (() => string);
  /** For the story: a fault, an invocation, a call to AWS. */
  readonly kind: 'fault' | 'caller' | 'invocation' | 'call' | 'world';
}

export class Trace {
  readonly lines: TraceLine[] = [];

  add(at: number, kind: TraceLine['kind'], who: string, what: TraceLine['what']): void {
    this.lines.push({ at, kind, who, what });
  }

  /** @param startedAt epoch milliseconds that are shown as zero */
  texts(startedAt: number): string[] {
    return this.lines.map((line) => `${elapsed(line.at - startedAt)}  ${line.kind === 'fault' ? '!! ' : ''}${line.who}: ${typeof line.what === 'string' ? line.what : line.what()}`);
  }
}

/** `+1d 02:03:04.567` */
const elapsed = (milliseconds: number): string => {
  const whole = Math.floor(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86_400_000);
  const clock = `${two(Math.floor(whole / 3_600_000) % 24)}:${two(Math.floor(whole / 60_000) % 60)}:${two(Math.floor(whole / 1_000) % 60)}.${String(whole % 1_000).padStart(3, '0')}`;
  return `+${days > 0 ? `${days}d ` : ''}${clock}`;
};
