// What else ran on the host while blocks ran.

/** During one block; CPU time of the measured commands and of jitstat itself is not counted. */
export interface BlockLoad {
  readonly seconds: number;
  /** CPUs that others kept busy: 0 to the number of CPUs. */
  readonly others: number;
  /** Share of all CPU time that the hypervisor gave to other guests, 0..1. */
  readonly stolen: number;
  /**
   * Share of the time in which something waited for a CPU, 0..1; null if the kernel does not say.
   */
  readonly waited: number | null;
  /** Load average of one minute at the end of the block. */
  readonly average: number;
}

/** Over a session: means weighted by time, and the figures of each block in order. */
export interface HostLoad extends BlockLoad {
  readonly cpus: number;
  readonly blocks: readonly BlockLoad[];
}
