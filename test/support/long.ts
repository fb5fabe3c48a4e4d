/** How often something is tried: by `npm test`, or by `npm run test:long`. */
export const times = (normal: number, long: number): number => (process.env['TEST_LONG'] === 'true' ? long : normal);
