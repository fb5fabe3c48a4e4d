import { describe, expect, it } from '@jest/globals';
import { Problem } from '../../../local/problem.ts';
import { readStartOptions } from '../../../local/start-options.ts';

describe('what `npm start` is asked for', () => {
  it('serves on the usual port unless told otherwise', () => {
    expect(readStartOptions([], undefined)).toEqual({ once: false, port: 4566 });
    expect(readStartOptions([], '')).toEqual({ once: false, port: 4566 });
    expect(readStartOptions(['--once'], '4600')).toEqual({ once: true, port: 4600 });
  });

  it.each([
    [['--onse'], undefined],
    [['once'], undefined],
    [['--once=yes'], undefined],
    [[], 'abc'],
    [[], '0'],
    [[], '65536'],
    [[], '4600.5'],
  ])('refuses %j with PORT=%s, with the way out', (commandLine, port) => {
    expect(() => readStartOptions(commandLine, port)).toThrow(Problem);
  });
});
