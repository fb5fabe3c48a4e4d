import type { DeadLetter, DeadLetters, Redrive } from './dead-letters.ts';

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
};

const UNITS = [['d', 86_400], ['h', 3_600], ['m', 60]] as const;
export const ageText = (seconds: number): string => {
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
};

const errorText = ({ error, obstacle }: DeadLetter): string => obstacle ?? error?.message ?? error?.code ?? '';

export const listText = ({ data, incomplete }: DeadLetters): string => {
  const more = incomplete.length === 0 ? '' : `\n\nThere is more than shown in: ${incomplete.join(', ')}.`;
  if (data.length === 0) return `There are no dead letters.${more}`;
  const rows = data.map((letter) => [
    ageText(letter.ageSeconds), letter.source, letter.event.type ?? '?', letter.event.subject ?? '?', letter.tenantId ?? '-', letter.redrivable ? 'yes' : 'no', errorText(letter), letter.id,
  ]);
  return `${table([['AGE', 'SOURCE', 'EVENT', 'SUBJECT', 'TENANT', 'REDRIVABLE', 'ERROR', 'ID'], ...rows])}${more}`;
};

export const letterText = (letter: DeadLetter): string => {
  const { event, error } = letter;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['id', letter.id], ['source', letter.source], ['tenant', letter.tenantId], ['event', event.id], ['type', event.type], ['subject', event.subject],
    ['payment', event.paymentId], ['said at', event.time], ['correlation', event.correlationId], ['here since', `${letter.since} (${ageText(letter.ageSeconds)})`],
    ['kept until', letter.keptUntil], ['attempts', letter.attempts?.toString()], ['error', [error?.code, error?.message].filter((part) => part !== undefined).join(': ') || undefined],
    ['why: logs', letter.logFilter], ['redrivable', letter.redrivable ? 'yes' : `no: ${letter.obstacle ?? ''}`],
  ];
  return table(lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
};

export const redriveText = (answers: readonly Redrive[]): string => {
  const results = answers.flatMap((answer) => answer.results);
  const dryRun = answers.some((answer) => answer.dryRun);
  const count = (wanted: string): number => results.filter(({ status }) => status === wanted).length;
  const lines = results.map(({ id, status, reason }) => [dryRun && status === 'redriven' ? 'would go' : status, id, reason ?? '']);
  const sum = `${count('redriven')} ${dryRun ? 'would be redriven' : 'redriven'}, ${count('kept')} kept, ${count('failed')} failed, ${count('not_found')} not found${count('busy') === 0 ? '' : `, ${count('busy')} in somebody else's hands: run it again`}.`;
  const more = answers.at(-1)?.complete === false ? ' There is more: run it again.' : '';
  return [table(lines), `${sum}${more}${dryRun ? ' Nothing was changed: add --for-real to redrive.' : ''}`].filter((part) => part !== '').join('\n');
};
