const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (count: number): string => String(count).padStart(2, '0');

/** `0.412 s`, `4 min 05 s`, `2 h 30 min`, `3 d 01 h`: as exact as it is still read. @param milliseconds not negative */
export const durationText = (milliseconds: number): string => {
  if (milliseconds < MINUTE) return `${(milliseconds / SECOND).toFixed(3)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min ${two(Math.floor((milliseconds % MINUTE) / SECOND))} s`;
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)} h ${two(Math.floor((milliseconds % HOUR) / MINUTE))} min`;
  return `${Math.floor(milliseconds / DAY)} d ${two(Math.floor((milliseconds % DAY) / HOUR))} h`;
};
