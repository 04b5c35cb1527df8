// What is known about one side, and about what it could not count.

/** What is known about one side: a workload with a variant, a command, or an imported table. */
export interface SideInfo {
  readonly label: string;
  readonly workload?: string;
  readonly variant?: string;
  /** If the program changed: this side's own file. */
  readonly program?: string;
  readonly command?: string;
  readonly imageHash?: string;
  readonly imageBytes?: number;
  readonly session?: string;
  /** Program executions in one run of the side (repeat x runs of the scenario). */
  readonly executions?: number;
  readonly source?: string;
  /** A kernel build that was booted. */
  readonly kernel?: KernelInfo;
}

/** What a booted kernel says about itself. */
export interface KernelInfo {
  /** Of the image file. */
  readonly sha256: string;
  readonly release: string;
  /** Its current clock source. */
  readonly clock: string;
  readonly spectre_v2: string;
  readonly retbleed: string;
}

/** An event that could not be counted, and why. */
export interface NotCounted {
  readonly event: string;
  readonly status: 'not-supported' | 'not-counted';
  readonly reason: string;
}
