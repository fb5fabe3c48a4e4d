import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Break } from './reconciliation-break.ts';
import type { Run, Tally, Task } from './reconciliation.ts';

/** What all accounts of a tenant in a currency had at the cut: debits less credits, minor units. Balanced books have 0 and 0. */
export interface CurrencySum {
  readonly tenant: TenantId;
  readonly currency: string;
  readonly postedMinor: number;
  readonly pendingMinor: number;
}

export interface FoundBreak extends Break {
  readonly id: string;
  readonly foundAt: number;
}

/** What one step did to a task. */
export interface StepResult {
  readonly isDone: boolean;
  readonly position?: unknown;
  readonly tally: Partial<Tally>;
  /** Added to the run's sums, in the write that moves the position: no account is summed twice. */
  readonly sums: readonly CurrencySum[];
  readonly breaks: readonly Break[];
}

/** What came of beginning a run. */
export type Begun =
  | { readonly kind: 'begun'; readonly run: Run }
  /** The id is taken, by the run that was asked for first with this fingerprint. */
  | { readonly kind: 'existing'; readonly run: Run; readonly fingerprint: Uint8Array }
  /** A run of all books that the same tenant asked for is not finished. */
  | { readonly kind: 'busy'; readonly openId: string };

/** Port of where runs of the reconciliation are kept, in operations' own table. */
export interface ReconciliationStore {
  /** Begins it, unless its id is taken; of all books only while the tenant has no other one open. */
  create(run: Run, fingerprint: Uint8Array): Promise<Begun>;
  find(tenant: TenantId, id: string): Promise<Run | undefined>;
  /** Newest first. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Run>>;
  /** Runs that are not finished, of all tenants. */
  open(): Promise<readonly Run[]>;
  /** @returns false while somebody else works on the run */
  lease(run: Run, until: number): Promise<boolean>;
  release(run: Run): Promise<void>;
  tasks(run: Run): Promise<readonly Task[]>;
  /** Writes a break, once; the first of a run with an event each, as the others would tell nobody more. @returns whether it is new */
  report(run: Run, found: Break): Promise<boolean>;
  /** @returns the task as it is now; undefined when somebody else moved it */
  save(run: Run, task: Task, result: StepResult): Promise<Task | undefined>;
  sums(run: Run): Promise<readonly CurrencySum[]>;
  breaks(tenant: TenantId, id: string, page: PageRequest): Promise<Page<FoundBreak>>;
  /** @returns the run as it ended; undefined when it had ended before */
  finish(run: Run, at: number): Promise<Run | undefined>;
}
