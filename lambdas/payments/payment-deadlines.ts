import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { paymentDeadlinesSchema } from '../shared/contract/payment-deadlines.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';

/** The stage's deadlines. @throws when they are missing or wrong: the function must not start half configured */
export const paymentDeadlines = (): PaymentDeadlines => paymentDeadlinesSchema.parse(JSON.parse(setting(environment.paymentDeadlines)));
